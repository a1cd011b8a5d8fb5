import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { columns, LEASE_SECONDS, ROWS_PER_CALL_MAX, type ImportFailure, type ImportRow, type UndoResult } from "./import.store.ts";

/** Registers an import of an uploaded file; its worker finds out what file it is. */
export async function insertImportJob(
  tx: Tx,
  workspaceId: number,
  given: Pick<ImportRow, "fileName" | "mapping" | "mappingHash" | "kind"> & { readonly uploadId: string; readonly actor: string },
): Promise<ImportRow> {
  const [row] = await tx<ImportRow[]>`
    insert into import (workspace_id, file_name, file_hash, mapping_hash, mapping, kind, actor, upload_id, state)
    values (${workspaceId}, ${given.fileName}, '', ${given.mappingHash}, (${JSON.stringify(given.mapping)}::text)::json, ${given.kind}, ${given.actor}, ${given.uploadId}, 'queued')
    returning ${columns(tx)}`;
  if (row === undefined) throw new Error("an import was not registered");
  return row;
}

/** Whether there is something to do that nobody alive does. */
export async function hasImportWork(db: Db): Promise<boolean> {
  const [row] = await db<{ found: boolean }[]>`
    /* all workspaces: any of them may have work */
    select exists (select from import where state in ('queued', 'running', 'undoing') and (upload_id is not null or state = 'undoing') and (lease_until is null or lease_until < now()))
      or exists (select from import_trial where state in ('queued', 'running') and (lease_until is null or lease_until < now())) as found`;
  return row?.found ?? false;
}

/** Takes the oldest import that waits for a worker, or whose worker died. Its next rows may have reached the feed already. */
export async function claimImport(tx: Tx, worker: string): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    update import set worker = ${worker}, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}), updated_at = now(),
      recheck_to = case when state = 'running' then rows_read + ${ROWS_PER_CALL_MAX} else recheck_to end
    where workspace_id > 0 and import_id = (
      /* all workspaces: the oldest is first, whose ever it is */
      select import_id from import where state in ('queued', 'running', 'undoing') and (upload_id is not null or state = 'undoing') and (lease_until is null or lease_until < now())
      order by import_id limit 1 for update skip locked)
    returning ${columns(tx)}`;
  return row;
}

/** Says that the worker is alive. */
export async function keepLease(db: Db, workspaceId: number, id: string, worker: string): Promise<void> {
  await db`
    update import set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where workspace_id = ${workspaceId} and import_id = ${id} and worker = ${worker} and lease_until is not null`;
}

/** Lets somebody else go on, `afterSeconds` from now. */
export async function leaveImport(
  tx: Tx,
  { workspaceId, id, worker }: Pick<ImportRow, "workspaceId" | "id" | "worker">,
  afterSeconds: number,
): Promise<void> {
  await tx`
    update import set lease_until = now() + make_interval(secs => ${afterSeconds})
    where workspace_id = ${workspaceId} and import_id = ${id} and worker = ${worker} and state in ('queued', 'running', 'undoing')`;
}

/** What is known of a file once it was read through. */
export type KnownFile = {
  readonly fileHash: string;
  readonly rowsExpected: number;
  readonly recheckAlways: boolean;
  readonly generation: number;
  readonly rejectedId: string;
};

/** Lets a queued import begin. */
export async function beginImport(tx: Tx, row: ImportRow, file: KnownFile): Promise<ImportRow | undefined> {
  const [begun] = await tx<ImportRow[]>`
    update import set state = 'running', file_hash = ${file.fileHash}, rows_expected = ${file.rowsExpected}, recheck_always = ${file.recheckAlways},
      generation = ${file.generation}, rejected_id = ${file.rejectedId}, updated_at = now()
    where workspace_id = ${row.workspaceId} and import_id = ${row.id} and state = 'queued' and worker = ${row.worker} returning ${columns(tx)}`;
  return begun;
}

/** Ends an import that changes nothing because its file is in already. */
export async function endAsRepeat(tx: Tx, row: ImportRow, repeatOf: string, fileHash: string): Promise<void> {
  await tx`
    update import set state = 'repeat', file_hash = ${fileHash}, repeat_of = ${repeatOf}, finished_at = now(), updated_at = now(), lease_until = null
    where workspace_id = ${row.workspaceId} and import_id = ${row.id} and worker = ${row.worker}`;
}

/** Ends an import that cannot go on. */
export async function endAsFailed(tx: Tx, row: ImportRow, failure: ImportFailure): Promise<void> {
  await tx`
    update import set state = 'failed', failure = ${tx.json(failure)}, finished_at = now(), updated_at = now(), lease_until = null
    where workspace_id = ${row.workspaceId} and import_id = ${row.id} and worker = ${row.worker} and state in ('queued', 'running')`;
}

/** Does what was asked of a running import between two steps; the groups that are open go with it when it is given up. */
export async function obey(tx: Tx, row: ImportRow): Promise<void> {
  const isCancel = row.asked === "cancel";
  await tx`
    update import set state = ${isCancel ? "cancelled" : "paused"}, asked = '', lease_until = null, updated_at = now(),
      finished_at = ${isCancel ? tx`now()` : null}, carry = ${isCancel ? null : tx`carry`}
    where workspace_id = ${row.workspaceId} and import_id = ${row.id} and worker = ${row.worker} and state in ('queued', 'running')`;
  if (isCancel) await tx`delete from import_group where workspace_id = ${row.workspaceId} and import_id = ${row.id}`;
}

/** Asks a running import to pause or stop, or does so at once with one that nobody works on; undefined when it is over. */
export async function askImport(tx: Tx, workspaceId: number, id: string, to: "pause" | "cancel"): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    update import set asked = ${to}, updated_at = now()
    where workspace_id = ${workspaceId} and import_id = ${id} and upload_id is not null and state in ('queued', 'running') returning ${columns(tx)}`;
  if (row !== undefined || to === "pause") return row;
  const [paused] = await tx<ImportRow[]>`
    update import set state = 'cancelled', carry = null, finished_at = now(), updated_at = now()
    where workspace_id = ${workspaceId} and import_id = ${id} and state = 'paused' returning ${columns(tx)}`;
  if (paused !== undefined) await tx`delete from import_group where workspace_id = ${workspaceId} and import_id = ${id}`;
  return paused;
}

/** Lets a paused import go on; undefined when it is not paused. */
export async function resumeJob(tx: Tx, workspaceId: number, id: string): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    update import set state = case when file_hash = '' then 'queued' else 'running' end, asked = '', worker = '', lease_until = null, updated_at = now()
    where workspace_id = ${workspaceId} and import_id = ${id} and state = 'paused' and upload_id is not null returning ${columns(tx)}`;
  if (row !== undefined) return row;
  const [asked] = await tx<ImportRow[]>`
    update import set asked = '', updated_at = now()
    where workspace_id = ${workspaceId} and import_id = ${id} and state in ('queued', 'running') and asked = 'pause' returning ${columns(tx)}`;
  return asked;
}

/** Begins to take an import back; undefined when it is not over. */
export async function askUndo(tx: Tx, workspaceId: number, id: string, actor: string): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    update import set state = 'undoing', undone_by = ${actor}, undo_result = ${tx.json({ events: 0, traits: 0 })}, worker = '', lease_until = null, updated_at = now()
    where workspace_id = ${workspaceId} and import_id = ${id} and state in ('done', 'cancelled', 'failed', 'paused') and file_hash <> '' returning ${columns(tx)}`;
  return row;
}

/** Adds to what undoing removed so far. */
export async function countUndoneParts(tx: Tx, row: ImportRow, result: UndoResult): Promise<void> {
  await tx`
    update import set undo_result = ${tx.json(result)}, lease_until = now() + make_interval(secs => ${LEASE_SECONDS}), updated_at = now()
    where workspace_id = ${row.workspaceId} and import_id = ${row.id} and worker = ${row.worker} and state = 'undoing'`;
}

/** Ends the undoing of an import. */
export async function endUndo(tx: Tx, row: ImportRow): Promise<ImportRow | undefined> {
  const [done] = await tx<ImportRow[]>`
    update import set state = 'undone', undone_at = now(), lease_until = null, carry = null, updated_at = now()
    where workspace_id = ${row.workspaceId} and import_id = ${row.id} and worker = ${row.worker} and state = 'undoing' returning ${columns(tx)}`;
  return done;
}

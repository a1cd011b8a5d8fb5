import type { ImportKind } from "@terrace/domain/imports/mapping";
import type { Json } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/**
 * An import as it is registered. Rows are counted from 1; `carry` holds the encrypted rows of groups still open. Events of rows up to `recheckTo`
 * may have been accepted by a run that broke off; with `recheckAlways` any of them may have been made with another mapping.
 */
export type ImportRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly fileName: string;
  readonly fileHash: string;
  readonly mappingHash: string;
  readonly mapping: Json;
  readonly kind: ImportKind;
  readonly header: readonly string[] | null;
  readonly state: ImportState;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly eventsMade: number;
  readonly carry: Uint8Array | null;
  readonly recheckTo: number;
  readonly recheckAlways: boolean;
  /** How often imports of this file were undone before. */
  readonly generation: number;
  /** The uploaded file that Terrace reads; null when a client hands the rows in, or once the file is swept. */
  readonly uploadId: string | null;
  /** Rejected rows as CSV. */
  readonly rejectedId: string | null;
  readonly asked: "" | "pause" | "cancel";
  readonly worker: string;
  readonly rowsExpected: number | null;
  readonly failure: ImportFailure | null;
  readonly repeatOf: string | null;
  readonly actor: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
  readonly undoResult: UndoResult | null;
};

/**
 * `queued`, `running`, `paused`: still to be read; `cancelled`: given up by an operator, what was imported stays; `repeat`: the same file was in already;
 * `undoing`, `undone`: taken back.
 */
export type ImportState = "queued" | "running" | "paused" | "cancelled" | "done" | "failed" | "repeat" | "undoing" | "undone";
export type ImportFailure = { readonly code: string; readonly field: string; readonly mend: string };
/** What undoing removed; `traits` counts ids whose traits were set back. */
export type UndoResult = {
  readonly events: number;
  readonly traits: number;
  /** Absent in what was undone by older versions. */ readonly consents?: number;
};

/** Most rows handed in at once; so many may have been accepted without being recorded when an import breaks off. */
export const ROWS_PER_CALL_MAX = 20_000;

/** A worker that has not said for so long that it is alive is taken for dead. */
export const LEASE_SECONDS = 10;

/** The import of a file with a mapping that counts, locked; undefined when there is none: one that was undone or given up does not. */
export async function lockImportOfFile(tx: Tx, workspaceId: number, fileHash: string, mappingHash: string): Promise<ImportRow | undefined> {
  const [row] = await tx<
    ImportRow[]
  >`select ${columns(tx)} from import where workspace_id = ${workspaceId} and file_hash = ${fileHash} and mapping_hash = ${mappingHash}
    and state in ('running', 'paused', 'done', 'undoing', 'failed') order by state = 'failed', import_id desc limit 1 for update`;
  return row;
}

/** Whether events of a file were made before, by an import with another mapping of the same kind or by one that was given up. */
export async function wasImportedOtherwise(
  tx: Tx,
  workspaceId: number,
  file: { readonly fileHash: string; readonly mappingHash: string; readonly kind: string },
): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (select 1 from import where workspace_id = ${workspaceId} and file_hash = ${file.fileHash} and kind = ${file.kind} and (mapping_hash <> ${file.mappingHash} or state in ('cancelled', 'failed')) and events_made > 0) as found`;
  return row?.found ?? false;
}

/** How often imports of a file were undone. */
export async function countUndone(tx: Tx, workspaceId: number, fileHash: string): Promise<number> {
  const [row] = await tx<
    { count: number }[]
  >`select count(*)::int as count from import where workspace_id = ${workspaceId} and file_hash = ${fileHash} and state = 'undone'`;
  return row?.count ?? 0;
}

export type NewImport = Pick<ImportRow, "fileName" | "fileHash" | "mappingHash" | "mapping" | "kind" | "recheckAlways" | "generation"> & {
  readonly actor: string;
};

/** Registers an import; answers undefined when another process was faster. */
export async function insertImport(tx: Tx, workspaceId: number, given: NewImport): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    insert into import (workspace_id, file_name, file_hash, mapping_hash, mapping, kind, recheck_always, generation, actor)
    values (${workspaceId}, ${given.fileName}, ${given.fileHash}, ${given.mappingHash}, (${JSON.stringify(given.mapping)}::text)::json, ${given.kind}, ${given.recheckAlways}, ${given.generation}, ${given.actor})
    on conflict (workspace_id, file_hash, mapping_hash) where state in ('running', 'done', 'paused', 'undoing') do nothing returning ${columns(tx)}`;
  return row;
}

/** Lets a broken-off import go on. Its next rows may have reached the feed already. */
export async function resumeImport(tx: Tx, workspaceId: number, id: string): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    update import set state = 'running', recheck_to = rows_read + ${ROWS_PER_CALL_MAX}, updated_at = now()
    where workspace_id = ${workspaceId} and import_id = ${id} and state in ('running', 'failed') and upload_id is null returning ${columns(tx)}`;
  return row;
}

/** One import, or undefined. */
export async function findImport(db: Db | Tx, workspaceId: number, id: string): Promise<ImportRow | undefined> {
  const [row] = await db<ImportRow[]>`select ${columns(db)} from import where workspace_id = ${workspaceId} and import_id = ${id}`;
  return row;
}

/** Imports, newest first, below an id. */
export async function listImportRows(
  db: Db,
  workspaceId: number,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly ImportRow[]> {
  return db<ImportRow[]>`
    select ${columns(db)} from import where workspace_id = ${workspaceId} ${page.beforeId === undefined ? db`` : db`and import_id < ${page.beforeId}`} order by import_id desc limit ${page.limit}`;
}

/** Which of these groups were made into events already. */
export async function findClosedGroups(
  db: Db,
  workspaceId: number,
  importId: string,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  if (digests.length === 0) return new Set();
  const rows = await db<
    { digest: string }[]
  >`select group_digest as digest from import_group where workspace_id = ${workspaceId} and import_id = ${importId} and group_digest = any(${digests as string[]})`;
  return new Set(rows.map(({ digest }) => digest));
}

/** Remembers groups that were made into events. */
export async function insertClosedGroups(tx: Tx, workspaceId: number, importId: string, digests: readonly string[]): Promise<void> {
  if (digests.length === 0) return;
  await tx`insert into import_group (workspace_id, import_id, group_digest) select ${workspaceId}, ${importId}, digest from unnest(${digests as string[]}::text[]) as given (digest) on conflict do nothing`;
}

export type ImportStep = {
  readonly header: readonly string[];
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly eventsMade: number;
  readonly carry: Uint8Array | null;
  readonly done: boolean;
};

/** Moves an import on from where it was found; counts are added. Undefined when somebody else moved it meanwhile. */
export async function advanceImport(
  tx: Tx,
  found: Pick<ImportRow, "workspaceId" | "id" | "rowsRead" | "worker">,
  step: ImportStep,
): Promise<ImportRow | undefined> {
  const [row] = await tx<ImportRow[]>`
    update import set header = ${tx.json(step.header)}, rows_read = ${step.rowsRead}, rows_accepted = rows_accepted + ${step.rowsAccepted}, rows_rejected = rows_rejected + ${step.rowsRejected},
      events_made = events_made + ${step.eventsMade}, carry = ${step.carry},
      state = ${step.done ? "done" : "running"}, finished_at = ${step.done ? tx`now()` : null}, updated_at = now(),
      lease_until = case when worker = '' or ${step.done} then null else now() + make_interval(secs => ${LEASE_SECONDS}) end
    where workspace_id = ${found.workspaceId} and import_id = ${found.id} and rows_read = ${found.rowsRead} and state = 'running' and worker = ${found.worker} returning ${columns(tx)}`;
  if (row !== undefined && step.done)
    await tx`delete from import_group where workspace_id = ${found.workspaceId} and import_id = ${found.id}`;
  return row;
}

/** Marks an import whose mapping does not fit the file; opening it again lets it go on. */
export async function failImport(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`update import set state = 'failed', updated_at = now() where workspace_id = ${workspaceId} and import_id = ${id} and state = 'running'`;
}

/**
 * Clears up one import that nobody went on with since an instant: its groups and its open rows are forgotten, so that it starts at its
 * first row when it is opened again. Its events are known by their message ids and are not made a second time. False when there is none left.
 */
export async function clearAbandonedImport(tx: Tx, untouchedSince: Date): Promise<boolean> {
  const [abandoned] = await tx<{ workspaceId: number; id: string }[]>`
    /* all workspaces: clearing up is the same for each */
    select workspace_id as "workspaceId", import_id::text as id from import
    where state in ('running', 'failed', 'cancelled') and upload_id is null and updated_at < ${untouchedSince} and (carry is not null or exists (select from import_group where import_group.import_id = import.import_id))
    order by import_id limit 1 for update skip locked`;
  if (abandoned === undefined) return false;
  const { workspaceId, id } = abandoned;
  await tx`delete from import_group where workspace_id = ${workspaceId} and import_id = ${id}`;
  await tx`
    update import set state = 'failed', header = null, rows_read = 0, rows_accepted = 0, rows_rejected = 0, carry = null, recheck_to = 0, recheck_always = true
    where workspace_id = ${workspaceId} and import_id = ${id}`;
  return true;
}

/** The columns of an `ImportRow`. */
export function columns(db: Db | Tx): ReturnType<Db> {
  return db`import_id::text as id, workspace_id as "workspaceId", file_name as "fileName", file_hash as "fileHash", mapping_hash as "mappingHash", mapping, kind, header, state,
    rows_read::float8 as "rowsRead", rows_accepted::float8 as "rowsAccepted", rows_rejected::float8 as "rowsRejected", events_made::float8 as "eventsMade", carry, recheck_to::float8 as "recheckTo", recheck_always as "recheckAlways",
    generation, upload_id::text as "uploadId", rejected_id::text as "rejectedId", asked, worker, rows_expected::float8 as "rowsExpected", failure, repeat_of::text as "repeatOf", actor,
    started_at as "startedAt", finished_at as "finishedAt", undone_at as "undoneAt", undone_by as "undoneBy", undo_result as "undoResult"`;
}

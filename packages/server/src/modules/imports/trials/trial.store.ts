import type { Json } from "@terrace/domain/json";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { ImportFailure } from "../import.store.ts";

/** Said again with every chunk: a dry run is left for dead after the longest that one may take. */
const LEASE_SECONDS = 30;

/** A dry run. `result` is sealed: it shows rows of the file. */
export type TrialRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly uploadId: string;
  readonly mapping: Json;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly rowsRead: number;
  readonly result: Uint8Array | null;
  readonly failure: ImportFailure | null;
  readonly worker: string;
};

/** Registers a dry run; a file has one at a time, so earlier ones are given up. */
export async function insertTrial(
  tx: Tx,
  workspaceId: number,
  given: { readonly uploadId: string; readonly mapping: Json },
): Promise<TrialRow> {
  await tx`delete from import_trial where workspace_id = ${workspaceId} and upload_id = ${given.uploadId}`;
  const [row] = await tx<TrialRow[]>`
    insert into import_trial (workspace_id, upload_id, mapping) values (${workspaceId}, ${given.uploadId}, (${JSON.stringify(given.mapping)}::text)::json) returning ${columns(tx)}`;
  if (row === undefined) throw new Error("a dry run was not registered");
  return row;
}

/** One dry run, or undefined. */
export async function findTrial(db: Db, workspaceId: number, id: string): Promise<TrialRow | undefined> {
  const [row] = await db<TrialRow[]>`select ${columns(db)} from import_trial where workspace_id = ${workspaceId} and trial_id = ${id}`;
  return row;
}

/** Takes the oldest dry run that waits for a worker, or whose worker died: it starts over. */
export async function claimTrial(tx: Tx, worker: string): Promise<TrialRow | undefined> {
  const [row] = await tx<TrialRow[]>`
    update import_trial set state = 'running', worker = ${worker}, rows_read = 0, lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where workspace_id > 0 and trial_id = (
      /* all workspaces: the oldest is first, whose ever it is */
      select trial_id from import_trial where state in ('queued', 'running') and (lease_until is null or lease_until < now()) order by trial_id limit 1 for update skip locked)
    returning ${columns(tx)}`;
  return row;
}

/** Says how far a dry run is; false when it was given up. */
export async function advanceTrial(db: Db, { workspaceId, id, worker }: TrialRow, rowsRead: number): Promise<boolean> {
  const moved = await db`
    update import_trial set rows_read = ${rowsRead}, lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
    where workspace_id = ${workspaceId} and trial_id = ${id} and worker = ${worker} and state = 'running'`;
  return moved.count === 1;
}

/** Ends a dry run. */
export async function endTrial(
  tx: Tx,
  { workspaceId, id, worker }: TrialRow,
  outcome: { readonly result: Uint8Array | null; readonly failure: ImportFailure | null },
): Promise<void> {
  await tx`
    update import_trial set state = ${outcome.failure === null ? "done" : "failed"}, result = ${outcome.result as Buffer | null},
      failure = ${outcome.failure === null ? null : tx.json(outcome.failure)}, lease_until = null
    where workspace_id = ${workspaceId} and trial_id = ${id} and worker = ${worker} and state = 'running'`;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`trial_id::text as id, workspace_id as "workspaceId", upload_id::text as "uploadId", mapping, state, rows_read::float8 as "rowsRead", result, failure, worker`;
}

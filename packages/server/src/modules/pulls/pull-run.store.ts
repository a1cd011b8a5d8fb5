import type { JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { PULLS_MAX, type PullRow } from "./pull.store.ts";

export type PullRunRow = {
  readonly id: string;
  readonly pullId: string;
  readonly state: "running" | "done" | "failed";
  readonly askedBy: string;
  readonly rows: number;
  readonly bytes: number;
  readonly importId: string | null;
  readonly failure: { readonly code: string; readonly mend: string } | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
};

/** A run of a pull of a workspace. */
export type RunRef = { readonly workspaceId: number; readonly id: string };

/** Begins a run; undefined when one is under way. */
export async function insertRun(
  tx: Tx,
  { workspaceId, id, askedBy }: Pick<PullRow, "workspaceId" | "id" | "askedBy">,
  nextRunAt: Date,
): Promise<string | undefined> {
  const [run] = await tx<{ id: string }[]>`
    insert into pull_run (workspace_id, pull_id, asked_by) values (${workspaceId}, ${id}, ${askedBy ?? ""}) on conflict do nothing returning run_id::text as id`;
  if (run !== undefined)
    await tx`update pull set next_run_at = ${nextRunAt}, asked_by = null where workspace_id = ${workspaceId} and pull_id = ${id}`;
  return run?.id;
}

export type RunCounts = { readonly rows: number; readonly bytes: number };

/** Says that the run is alive and how far it came. False when it was given up meanwhile. */
export async function touchRun(tx: Tx, { workspaceId, id }: RunRef, counts: RunCounts): Promise<boolean> {
  const touched = await tx`
    update pull_run set rows_read = ${counts.rows}, bytes_read = ${counts.bytes}, touched_at = now()
    where workspace_id = ${workspaceId} and run_id = ${id} and state = 'running'`;
  return touched.count > 0;
}

/** Remembers where a run puts what it fetches. False when it was given up meanwhile. */
export async function setRunBlob(tx: Tx, { workspaceId, id }: RunRef, blobId: string): Promise<boolean> {
  const set =
    await tx`update pull_run set blob_id = ${blobId} where workspace_id = ${workspaceId} and run_id = ${id} and state = 'running'`;
  return set.count > 0;
}

export type RunEnd = RunCounts & {
  readonly state: "done" | "failed";
  readonly importId: string | null;
  readonly failure: JsonObject | null;
};

/** Ends a run. False when it was ended before. */
export async function endRun(tx: Tx, { workspaceId, id }: RunRef, end: RunEnd): Promise<boolean> {
  const ended = await tx`
    update pull_run set state = ${end.state}, rows_read = ${end.rows}, bytes_read = ${end.bytes}, import_id = ${end.importId}, blob_id = null,
      failure = ${end.failure === null ? null : tx.json(end.failure)}, touched_at = now(), finished_at = now()
    where workspace_id = ${workspaceId} and run_id = ${id} and state = 'running'`;
  return ended.count > 0;
}

export type LostRun = { readonly workspaceId: number; readonly id: string; readonly blobId: string | null };

/** Gives up runs whose process is gone, and makes their pulls due again at once. What they had fetched is for the caller to erase. */
export async function failLostRuns(tx: Tx, silentSeconds: number, now: Date): Promise<readonly LostRun[]> {
  return tx<LostRun[]>`
    /* all workspaces: clearing up is the same for each */
    with lost as (
      update pull_run set state = 'failed', failure = ${tx.json({ code: "pull.lost", mend: "" })}, finished_at = now()
      where state = 'running' and touched_at < now() - make_interval(secs => ${silentSeconds}) returning workspace_id, run_id, pull_id, blob_id, asked_by
    ), again as (
      update pull set next_run_at = least(next_run_at, ${now}), asked_by = coalesce(pull.asked_by, nullif(lost.asked_by, ''))
      from lost where pull.pull_id = lost.pull_id
    )
    select workspace_id as "workspaceId", run_id::text as id, blob_id::text as "blobId" from lost`;
}

/** Makes a pull due again whose run this process breaks off because it stops. */
export async function makeDueAgain(
  tx: Tx,
  { workspaceId, id, askedBy }: Pick<PullRow, "workspaceId" | "id" | "askedBy">,
  now: Date,
): Promise<void> {
  await tx`
    update pull set next_run_at = least(next_run_at, ${now}), asked_by = coalesce(asked_by, ${askedBy})
    where workspace_id = ${workspaceId} and pull_id = ${id}`;
}

/** Forgets old runs; answers how many, at most `limit`. */
export async function deleteOldRuns(db: Db, startedBefore: Date, limit: number): Promise<number> {
  const gone = await db`
    delete from pull_run /* all workspaces: runs are kept equally long everywhere */ where run_id in (
      select run_id from pull_run where started_at < ${startedBefore} and state <> 'running' limit ${limit})`;
  return gone.count;
}

/** Runs of a pull, newest first, below an id. */
export async function loadRuns(
  db: Db,
  workspaceId: number,
  pullId: string,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly PullRunRow[]> {
  return db<PullRunRow[]>`
    select ${runColumns(db)} from pull_run where workspace_id = ${workspaceId} and pull_id = ${pullId} ${page.beforeId === undefined ? db`` : db`and run_id < ${page.beforeId}`}
    order by run_id desc limit ${page.limit}`;
}

/** The last run of each of these pulls, by pull. */
export async function loadLastRuns(db: Db, workspaceId: number, pullIds: readonly string[]): Promise<ReadonlyMap<string, PullRunRow>> {
  const rows = await db<PullRunRow[]>`
    select last.* from unnest(${pullIds as string[]}::bigint[]) as asked (id) cross join lateral (
      select ${runColumns(db)} from pull_run where workspace_id = ${workspaceId} and pull_id = asked.id order by run_id desc limit 1) last
    limit ${PULLS_MAX}`;
  return new Map(rows.map((row) => [row.pullId, row]));
}

function runColumns(db: Db | Tx): ReturnType<Db> {
  return db`run_id::text as id, pull_id::text as "pullId", state, asked_by as "askedBy", rows_read::float8 as rows, bytes_read::float8 as bytes, import_id::text as "importId", failure, started_at as "startedAt", finished_at as "finishedAt"`;
}

import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import type { TrackerPlace } from "@terrace/domain/segments/tracker";

/** A workspace in which segments live; `version` grows with whatever changes what is counted or asked. */
export type EngineRow = { readonly workspaceId: number; readonly version: string };

/** The engine rows of some workspaces, held until the transaction ends so that nobody changes what is counted meanwhile. Others may count too. */
export async function shareEngines(tx: Tx, workspaceIds: readonly number[]): Promise<readonly EngineRow[]> {
  return tx<EngineRow[]>`
    select workspace_id as "workspaceId", version from segment_engine where workspace_id = any(${[...workspaceIds]}) order by workspace_id for share`;
}

/** Waits until nobody counts in the workspace, and keeps everyone from it until the transaction ends. False when there is no engine. */
export async function lockEngine(tx: Tx, workspaceId: number): Promise<boolean> {
  const rows = await tx`select from segment_engine where workspace_id = ${workspaceId} for update`;
  return rows.length === 1;
}

/** Makes the engine of a workspace should there be none. */
export async function openEngine(tx: Tx, workspaceId: number, place: TrackerPlace): Promise<void> {
  await tx`insert into segment_engine (workspace_id, place) values (${workspaceId}, ${JSON.stringify(place)}::text::jsonb) on conflict do nothing`;
}

export type EnginePlace = EngineRow & { readonly place: TrackerPlace };

export async function loadEngine(db: Db | Tx, workspaceId: number): Promise<EnginePlace | undefined> {
  const [row] = await db<EnginePlace[]>`
    select workspace_id as "workspaceId", version, place from segment_engine where workspace_id = ${workspaceId}`;
  return row;
}

/** Notes that rules, stages or trackers changed. */
export async function saveEngine(
  tx: Tx,
  workspaceId: number,
  how: { readonly place: TrackerPlace; readonly asksTraits: boolean; readonly asksTags: boolean },
): Promise<void> {
  await tx`
    update segment_engine set version = nextval('segment_engine_version'), place = ${JSON.stringify(how.place)}::text::jsonb, asks_traits = ${how.asksTraits}, asks_tags = ${how.asksTags}, changed_txid = pg_current_xact_id() where workspace_id = ${workspaceId}`;
}

export async function deleteEngine(tx: Tx, workspaceId: number): Promise<void> {
  await tx`delete from segment_standing where workspace_id = ${workspaceId}`;
  await tx`delete from segment_tracker where workspace_id = ${workspaceId}`;
  await tx`delete from segment_fill where workspace_id = ${workspaceId}`;
  await tx`delete from segment_touch where workspace_id = ${workspaceId}`;
  await tx`delete from segment_due where workspace_id = ${workspaceId}`;
  await tx`delete from segment_engine where workspace_id = ${workspaceId}`;
}

/** Whether everything that was under way when the engine last changed has ended: from then on whatever changes touches those it concerns. */
export async function isHeardByAll(tx: Tx, workspaceId: number): Promise<boolean> {
  const [row] = await tx<{ heard: boolean }[]>`
    select pg_snapshot_xmin(pg_current_snapshot()) > changed_txid as heard from segment_engine where workspace_id = ${workspaceId}`;
  return row?.heard === true;
}

/** Removes counters of a workspace in which nothing lives any more; answers how many of at most `limit`. */
export async function deleteIdleCounters(db: Db, limit: number): Promise<number> {
  const [idle] = await db<{ id: number }[]>`
    select /* all workspaces: those without live segments */ w.workspace_id as id from workspace w
    where not exists (select from segment_engine e where e.workspace_id = w.workspace_id)
      and exists (select from segment_counter c where c.workspace_id = w.workspace_id) limit 1`;
  if (idle === undefined) return 0;
  const gone = await db`
    delete from segment_counter where workspace_id = ${idle.id}
      and origin_id = any(array(select origin_id from segment_counter where workspace_id = ${idle.id} order by origin_id limit ${limit}))`;
  return gone.count;
}

/** Workspaces with live segments. */
export async function loadEngines(db: Db): Promise<readonly number[]> {
  const rows = await db<
    { id: number }[]
  >`/* all workspaces: the engine serves all of them */ select workspace_id as id from segment_engine order by workspace_id limit 10000`;
  return rows.map(({ id }) => id);
}

/** Whether there is any live segment. */
export async function isAnyEngine(db: Db): Promise<boolean> {
  const rows = await db`/* all workspaces: the engine serves all of them */ select from segment_engine limit 1`;
  return rows.length === 1;
}

const EVALUATE_SPACE = 7_261_005;

/**
 * Has statements of this transaction look rows up one by one. Left to itself the planner, guessing from tables that were small or never analysed, reads
 * whole tables for a thousand ids, and compiles statements for longer than they run.
 */
export async function lookUpOneByOne(tx: Tx): Promise<void> {
  await tx`
    select set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`;
}

/** Lets one transaction at a time evaluate people of a workspace; false when another one does. */
export async function beginEvaluating(tx: Tx, workspaceId: number): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`select pg_try_advisory_xact_lock(${EVALUATE_SPACE}, ${workspaceId}) as taken`;
  return row?.taken === true;
}

/** Waits for whoever evaluates people of the workspace, and keeps others from it until the transaction ends. */
export async function keepFromEvaluating(tx: Tx, workspaceId: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(${EVALUATE_SPACE}, ${workspaceId})`;
}

import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type TrackerRow = { readonly id: string; readonly spec: Uint8Array; readonly fillId: string | null };

export async function loadTrackers(db: Db | Tx, workspaceId: number): Promise<readonly TrackerRow[]> {
  return db<TrackerRow[]>`
    select tracker_id as id, spec, fill_id as "fillId" from segment_tracker where workspace_id = ${workspaceId} order by tracker_id limit 100000`;
}

export async function insertTracker(tx: Tx, workspaceId: number, spec: Uint8Array, fillId: string): Promise<void> {
  await tx`insert into segment_tracker (workspace_id, spec, fill_id) values (${workspaceId}, ${spec}, ${fillId})`;
}

export async function deleteTrackers(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await tx`delete from segment_tracker where workspace_id = ${workspaceId} and tracker_id = any(${numbers(ids)}::bigint[])`;
}

/** Where counting stood when trackers were registered: events up to there are in the event engine, those after it are counted as they come. */
export type Fill = {
  readonly id: string;
  readonly ends: Readonly<Record<string, string>>;
  readonly batchId: string;
  readonly passed: string;
};

/** Holds the counting consumer where it stands until the transaction ends; answers where, by lane. Before the engine is locked, as the consumer does. */
export async function holdCounting(tx: Tx, consumer: string): Promise<Fill["ends"]> {
  // Lanes that the consumer never read begin where they are settled: what came before is in the event engine.
  await tx`
    insert into feed_cursor (consumer, lane, seq) select ${consumer}, l.lane, coalesce(r.seq, 0) from feed_lane l
    left join feed_cursor r on r.lane = l.lane and r.consumer = 'resolver' on conflict do nothing`;
  const held = await tx<
    { lane: number; seq: string }[]
  >`select lane, seq from feed_cursor where consumer = ${consumer} order by lane for update`;
  // What is no longer in the feed cannot be counted from it.
  const first = await tx<{ lane: number; seq: string | null }[]>`
    select l.lane, (select min(f.seq) - 1 from feed f where f.lane = l.lane) as seq from feed_lane l order by l.lane limit 1000`;
  const firsts = new Map(first.map(({ lane, seq }) => [lane, seq]));
  return Object.fromEntries(held.map(({ lane, seq }) => [String(lane), atLeast(seq, firsts.get(lane))]));
}

/** A new fill of trackers that count from where the consumer is held. */
export async function beginFill(tx: Tx, workspaceId: number, ends: Fill["ends"]): Promise<string> {
  await tx`
    insert into segment_lane (lane, seq) select key::smallint, value::bigint from jsonb_each_text(${JSON.stringify(ends)}::text::jsonb)
    on conflict (lane) do update set seq = greatest(segment_lane.seq, excluded.seq)`;
  const [row] = await tx<{ id: string }[]>`
    insert into segment_fill (workspace_id, ends, batch_id)
    values (${workspaceId}, ${JSON.stringify(ends)}::text::jsonb, (select coalesce(max(batch_id), 0) from feed_batch)) returning fill_id as id`;
  if (row === undefined) throw new Error("insert into segment_fill returned no row");
  return row.id;
}

function atLeast(seq: string, least: string | null | undefined): string {
  return least !== null && least !== undefined && BigInt(least) > BigInt(seq) ? least : seq;
}

const FILLS_AT_ONCE = 200;

/** Fills that can go on together: those whose events are stored and that have come as far as the oldest of them. */
export async function loadFills(db: Db | Tx, workspaceId: number): Promise<readonly Fill[]> {
  return db<Fill[]>`
    with ready as (
      select f.* from segment_fill f where f.workspace_id = ${workspaceId}
        and not exists (select from feed_batch b where b.stored_at is null and b.batch_id <= f.batch_id))
    select fill_id as id, ends, batch_id as "batchId", passed from ready
    where passed = (select passed from ready order by fill_id limit 1) order by fill_id limit ${FILLS_AT_ONCE}`;
}

/** Moves fills on; false when one does not stand where it was thought to. */
export async function passFills(tx: Tx, workspaceId: number, fills: readonly Pick<Fill, "id" | "passed">[], to: string): Promise<boolean> {
  const moved = await tx`
    update segment_fill f set passed = ${to} from unnest(${numbers(fills.map(({ id }) => id))}::bigint[], ${numbers(fills.map(({ passed }) => passed))}::bigint[]) as n (id, passed)
    where f.workspace_id = ${workspaceId} and f.fill_id = n.id and f.passed = n.passed`;
  return moved.count === fills.length;
}

/** Ends fills: their trackers count from now on. */
export async function endFills(tx: Tx, workspaceId: number, fillIds: readonly string[]): Promise<void> {
  const ids = numbers(fillIds);
  await tx`update segment_tracker set fill_id = null where workspace_id = ${workspaceId} and fill_id = any(${ids}::bigint[])`;
  await tx`delete from segment_fill where workspace_id = ${workspaceId} and fill_id = any(${ids}::bigint[])`;
}

/** Ends fills that no tracker waits for any more. */
export async function dropIdleFills(tx: Tx, workspaceId: number): Promise<void> {
  await tx`
    delete from segment_fill f where f.workspace_id = ${workspaceId}
      and not exists (select from segment_tracker t where t.workspace_id = ${workspaceId} and t.fill_id = f.fill_id)`;
}

import type { Db, Tx } from "../storage/postgres.ts";

/** A closed range of sequence numbers of one lane. */
export type LaneRange = { readonly lane: number; readonly from: string; readonly to: string };

/** What one resolver transaction settled. Its borders never change, so `batchId` can serve as the warehouse's insert token. */
export type FeedBatch = {
  readonly batchId: string;
  readonly ranges: readonly LaneRange[];
  readonly eventCount: number;
  readonly generation: number;
  readonly settledAt: Date;
};

type BatchRow = {
  readonly batch_id: string;
  readonly ranges: readonly LaneRange[];
  readonly event_count: number;
  readonly generation: number;
  readonly settled_at: Date;
};

/** Records a settled batch; call it in the transaction that moves the cursors. A batch of no events counts as stored. */
export async function insertBatch(
  tx: Tx,
  batch: { readonly ranges: readonly LaneRange[]; readonly eventCount: number },
): Promise<FeedBatch> {
  const rows = await tx<BatchRow[]>`
    insert into feed_batch (ranges, event_count, stored_at)
    values (${JSON.stringify(batch.ranges)}::text::jsonb, ${batch.eventCount}, case when ${batch.eventCount} = 0 then now() end)
    returning batch_id, ranges, event_count, generation, settled_at`;
  const [row] = rows;
  if (row === undefined) throw new Error("insert into feed_batch returned no row");
  return fromRow(row);
}

/** Batches the warehouse has not confirmed, oldest first, starting after `afterId`. */
export async function loadOpenBatches(db: Db, afterId: string, limit: number): Promise<readonly FeedBatch[]> {
  const rows = await db<
    BatchRow[]
  >`select batch_id, ranges, event_count, generation, settled_at from feed_batch where stored_at is null and batch_id > ${afterId}::bigint order by batch_id limit ${limit}`;
  return rows.map(fromRow);
}

/** The newest batch, "0" when there is none. */
export async function loadNewestBatch(tx: Tx): Promise<string> {
  const [row] = await tx<{ id: string }[]>`select coalesce(max(batch_id), 0)::text as id from feed_batch`;
  return row?.id ?? "0";
}

/** Whether the warehouse holds every batch up to one. */
export async function isStoredUpTo(tx: Tx, batchId: string): Promise<boolean> {
  const [row] = await tx<
    { open: boolean }[]
  >`select exists (select from feed_batch where stored_at is null and batch_id <= ${batchId}::bigint) as open`;
  return row?.open === false;
}

/** Confirms that the warehouse holds these batches. */
export async function markStored(sql: Db | Tx, batchIds: readonly string[]): Promise<void> {
  await sql`update feed_batch set stored_at = now() where batch_id = any(${[...batchIds]}::bigint[]) and stored_at is null`;
}

/** Opens every batch settled since `since` again, under a new generation so that its insert is not taken for a repeat. Returns how many. */
export async function reopenBatches(tx: Tx, since: Date): Promise<number> {
  const reopened =
    await tx`update feed_batch set stored_at = null, generation = generation + 1 where settled_at >= ${since} and event_count > 0`;
  return reopened.count;
}

/** Deletes feed rows and batches that were received before `before`, every consumer is done with, and no open batch needs. Returns rows deleted. */
export async function deleteConsumed(db: Db, before: Date, limit: number): Promise<number> {
  const gone = await db`
    with done as (
      select f.lane, f.seq from feed f
      where f.received_at < ${before}
        and f.seq <= (select coalesce(min(c.seq), 0) from feed_cursor c where c.lane = f.lane)
        and not exists (select from feed_batch b where b.stored_at is null and b.settled_at < ${before})
      order by f.lane, f.seq limit ${limit}
    ) delete from feed using done where feed.lane = done.lane and feed.seq = done.seq`;
  await db`delete from feed_dropped d where not exists (select from feed f where f.lane = d.lane and f.seq = d.seq) and (d.lane, d.seq) in (select lane, seq from feed_dropped order by lane, seq limit ${limit})`;
  await db`delete from feed_batch where batch_id in (select batch_id from feed_batch where stored_at < ${before} order by batch_id limit ${limit})`;
  return gone.count;
}

function fromRow(row: BatchRow): FeedBatch {
  return { batchId: row.batch_id, ranges: row.ranges, eventCount: row.event_count, generation: row.generation, settledAt: row.settled_at };
}

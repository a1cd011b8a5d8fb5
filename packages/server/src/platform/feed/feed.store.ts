import type { Db, Tx } from "../storage/postgres.ts";

/** The events of one lane in one commit. */
export type FeedRow = { readonly lane: number; readonly eventCount: number; readonly payload: Uint8Array };

/** A stored feed row. `seq` is dense per lane and in commit order. */
export type StoredFeedRow = {
  readonly lane: number;
  readonly seq: string;
  readonly event_count: number;
  readonly payload: Uint8Array;
  readonly received_at: Date;
};

/**
 * Appends at most one row per lane. The lane rows are locked in lane order until the commit, so that a sequence number never
 * becomes visible before a smaller one: a reader behind its cursor cannot miss a row.
 */
export async function appendToFeed(sql: Db | Tx, rows: readonly FeedRow[]): Promise<void> {
  const lanes = rows.map((row) => row.lane);
  const counts = rows.map((row) => row.eventCount);
  const payloads = rows.map((row) => Buffer.from(row.payload).toString("base64"));
  await sql`
    with input as (
      select lane, event_count, decode(payload, 'base64') as payload
      from unnest(${lanes}::smallint[], ${counts}::integer[], ${payloads}::text[]) as i(lane, event_count, payload)
    ), locked as (
      select lane from feed_lane where lane in (select lane from input) order by lane for update
    ), bumped as (
      update feed_lane set last_seq = last_seq + 1 where lane in (select lane from locked) returning lane, last_seq
    )
    insert into feed (lane, seq, event_count, payload)
    select bumped.lane, bumped.last_seq, input.event_count, input.payload from bumped join input using (lane)`;
}

/** Rows of a lane that are looked at for one batch. */
const ROWS_PER_LANE_MAX = 512;

/**
 * The next rows of some lanes after their cursors, lane by lane in order: as many as hold `eventsMax` events, shared evenly between the lanes
 * that have any, and at least one row. Payloads of rows that are not taken are not read.
 */
export async function readFeed(db: Db, cursors: ReadonlyMap<number, string>, eventsMax: number): Promise<readonly StoredFeedRow[]> {
  return db<StoredFeedRow[]>`
    select lane, seq, event_count, payload, received_at
    from (
      select f.*, sum(f.event_count) over (order by f.events_before, f.lane) - f.event_count as taken_before
      from unnest(${[...cursors.keys()]}::smallint[], ${[...cursors.values()]}::bigint[]) as c(lane, seq)
      cross join lateral (
        select feed.*, sum(feed.event_count) over (order by feed.seq) - feed.event_count as events_before
        from feed where feed.lane = c.lane and feed.seq > c.seq order by feed.seq limit ${ROWS_PER_LANE_MAX}
      ) f
    ) shared
    where taken_before < ${eventsMax}
    order by lane, seq`;
}

/** The rows of a closed range of one lane. */
export async function readFeedRange(db: Db, lane: number, fromSeq: string, toSeq: string): Promise<readonly StoredFeedRow[]> {
  return db<
    StoredFeedRow[]
  >`select lane, seq, event_count, payload, received_at from feed where lane = ${lane} and seq between ${fromSeq}::bigint and ${toSeq}::bigint order by seq limit 100000`;
}

/** The cursor of a consumer on some lanes; lanes it never read start at 0. */
export async function loadCursors(db: Db, consumer: string, lanes: readonly number[]): Promise<Map<number, string>> {
  const rows = await db<{ lane: number; seq: string }[]>`
    insert into feed_cursor (consumer, lane, seq) select ${consumer}, lane, 0 from unnest(${[...lanes]}::smallint[]) as l(lane)
    on conflict (consumer, lane) do update set updated_at = feed_cursor.updated_at returning lane, seq`;
  return new Map(rows.map((row) => [row.lane, row.seq]));
}

/** Moves cursors on, provided they stand where this worker left them; false means another worker has taken a lane over. */
export async function advanceCursors(
  tx: Tx,
  consumer: string,
  moves: readonly { readonly lane: number; readonly from: string; readonly to: string }[],
): Promise<boolean> {
  const moved = await tx`
    update feed_cursor set seq = m.to_seq, updated_at = now()
    from unnest(${moves.map((m) => m.lane)}::smallint[], ${moves.map((m) => m.from)}::bigint[], ${moves.map((m) => m.to)}::bigint[]) as m(lane, from_seq, to_seq)
    where consumer = ${consumer} and feed_cursor.lane = m.lane and feed_cursor.seq = m.from_seq`;
  return moved.count === moves.length;
}

/** The last sequence number of every lane. */
export async function loadLaneEnds(tx: Tx): Promise<readonly { readonly lane: number; readonly seq: string }[]> {
  return tx<{ lane: number; seq: string }[]>`select lane, last_seq as seq from feed_lane order by lane limit 1000`;
}

/** The next rows of a lane up to the end of a closed range: about as many as hold `eventsMax` events, and at least one. */
export async function loadRowsToErase(
  tx: Tx,
  range: { readonly lane: number; readonly after: string; readonly to: string; readonly eventsMax: number },
): Promise<readonly { readonly seq: string; readonly payload: Uint8Array }[]> {
  return tx<{ seq: string; payload: Uint8Array }[]>`
    select seq, payload from (
      select seq, payload, sum(event_count) over (order by seq) - event_count as before from feed
      where lane = ${range.lane} and seq > ${range.after}::bigint and seq <= ${range.to}::bigint order by seq limit ${ROWS_PER_LANE_MAX}) f
    where before < ${range.eventsMax} order by seq`;
}

/** Puts another payload in a row's place. */
export async function replacePayload(
  tx: Tx,
  row: { readonly lane: number; readonly seq: string; readonly payload: Uint8Array },
): Promise<void> {
  await tx`update feed set payload = ${Buffer.from(row.payload)} where lane = ${row.lane} and seq = ${row.seq}::bigint`;
}

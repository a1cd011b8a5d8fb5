import { numbers } from "../storage/bulk-values.ts";
import type { Db } from "../storage/postgres.ts";

/** The last sequence number of each lane. */
export type FeedEnds = ReadonlyMap<number, string>;

/** Where the feed ends now. */
export async function loadFeedEnds(db: Db): Promise<FeedEnds> {
  const rows = await db<{ lane: number; seq: string }[]>`select lane, last_seq as seq from feed_lane order by lane`;
  return new Map(rows.map(({ lane, seq }) => [lane, seq]));
}

/** Whether some consumers have come to these ends of the feed, and the warehouse holds what was settled of it up to there. */
export async function isPassed(db: Db, ends: FeedEnds, consumers: readonly string[]): Promise<boolean> {
  const [lanes, seqs] = [numbers([...ends.keys()]), numbers([...ends.values()])];
  const [row] = await db<{ passed: boolean }[]>`
    with ends as (select * from unnest(${lanes}::smallint[], ${seqs}::bigint[]) as e (lane, seq))
    select not exists (
        select from ends e cross join unnest(${[...consumers]}::text[]) as c (consumer)
        where e.seq > coalesce((select f.seq from feed_cursor f where f.consumer = c.consumer and f.lane = e.lane), 0))
      and not exists (
        select from feed_batch b cross join lateral jsonb_to_recordset(b.ranges) as r (lane smallint, "from" bigint) join ends e on e.lane = r.lane and r."from" <= e.seq
        where b.stored_at is null) as passed`;
  return row?.passed === true;
}

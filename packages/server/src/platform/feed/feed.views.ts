import type { Db } from "../storage/postgres.ts";
import { WAREHOUSE } from "./replay.ts";
import { RESOLVER } from "./resolver.ts";

/** How far a consumer is behind: events not yet consumed, and the age of the oldest of them in seconds. */
export type ConsumerLag = { readonly name: string; readonly lagEvents: number; readonly lagSeconds: number };

/** The lag of every consumer. The warehouse's includes what the resolver has not settled yet. */
export async function loadFeedLag(db: Db): Promise<readonly ConsumerLag[]> {
  const cursors = await db<ConsumerLag[]>`
    select c.consumer as name, coalesce(sum(f.event_count), 0)::int as "lagEvents", coalesce(extract(epoch from now() - min(f.received_at)), 0)::float8 as "lagSeconds"
    from feed_cursor c left join feed f on f.lane = c.lane and f.seq > c.seq group by c.consumer order by c.consumer`;
  const [open] = await db<{ events: number; seconds: number }[]>`
    select coalesce(sum(event_count), 0)::int as events, coalesce(extract(epoch from now() - min(settled_at)), 0)::float8 as seconds from feed_batch where stored_at is null`;
  const resolver = cursors.find(({ name }) => name === RESOLVER);
  const warehouse = {
    name: WAREHOUSE,
    lagEvents: (open?.events ?? 0) + (resolver?.lagEvents ?? 0),
    lagSeconds: Math.max(open?.seconds ?? 0, resolver?.lagSeconds ?? 0),
  };
  return [...cursors, warehouse];
}

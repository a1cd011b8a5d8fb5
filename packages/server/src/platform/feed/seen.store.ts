import type { Db, Tx } from "../storage/postgres.ts";

/** A message id is remembered for at least this long: the published de-duplication window. */
export const SEEN_WINDOW_HOURS = 72;

const DAY_MS = 86_400_000;

function dayOf(nowMs: number, offset = 0): string {
  return new Date(nowMs + offset * DAY_MS).toISOString().slice(0, 10);
}

/**
 * Remembers keys (32 hexadecimal digits, all different) from now on and answers with those that were seen within the window already. One
 * statement, because every event of the platform passes through it.
 */
export async function rememberNew(tx: Tx, keys: readonly string[], nowMs: number): Promise<readonly string[]> {
  const [today, ...earlier] = windowDays(nowMs);
  // Sorted, so that neighbouring keys meet the same index pages while those are in the cache.
  const given = keys.toSorted();
  const [row] = await tx<{ repeated: readonly string[] }[]>`
    with given as (
      select key from unnest(${given}::uuid[]) as k(key)
    ), fresh as (
      insert into feed_seen (day, key)
      -- Lateral with a limit: always one look into the index per key, never a join that reads whole days.
      select ${today ?? ""}::date, given.key from given left join lateral (select true as was from feed_seen s where s.day = any(${earlier}::date[]) and s.key = given.key limit 1) old on true where old.was is null
      on conflict do nothing returning key
    )
    select case when (select count(*) from fresh) = ${given.length} then '{}'::text[] else array(select replace(key::text, '-', '') from given where key not in (select key from fresh)) end as repeated`;
  return row?.repeated ?? [];
}

function windowDays(nowMs: number): readonly string[] {
  const days = SEEN_WINDOW_HOURS / 24;
  return Array.from({ length: days + 1 }, (_, back) => dayOf(nowMs, -back));
}

/** Makes the partitions of today and tomorrow, and drops those wholly outside the window. */
export async function rollSeenPartitions(db: Db, nowMs: number): Promise<void> {
  for (const offset of [-1, 0, 1]) {
    const day = dayOf(nowMs, offset);
    await db.unsafe(`create table if not exists ${partitionName(day)} partition of feed_seen for values in ('${day}')`);
  }
  const keep = new Set([...windowDays(nowMs), dayOf(nowMs, 1)].map(partitionName));
  const oldest = partitionName(dayOf(nowMs, -SEEN_WINDOW_HOURS / 24));
  const partitions = await db<{ name: string }[]>`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'feed_seen'::regclass`;
  for (const { name } of partitions) if (!keep.has(name) && name < oldest) await db.unsafe(`drop table if exists ${name}`);
}

function partitionName(day: string): string {
  return `feed_seen_${day.replaceAll("-", "")}`;
}

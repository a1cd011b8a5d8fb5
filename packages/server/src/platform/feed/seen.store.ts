import type { Db, Tx } from "../storage/postgres.ts";

/** A message id is remembered for at least this long: the published de-duplication window. */
export const SEEN_WINDOW_HOURS = 72;

const DAY_MS = 86_400_000;
const WINDOW_DAYS = SEEN_WINDOW_HOURS / 24;
const TABLE_PREFIX = "feed_seen_";

/** The table of a UTC day, `feed_seen_YYYYMMDD`. */
function tableOf(nowMs: number, offsetDays: number): string {
  return TABLE_PREFIX + new Date(nowMs + offsetDays * DAY_MS).toISOString().slice(0, 10).replaceAll("-", "");
}

/**
 * Remembers keys (32 hexadecimal digits, all different) from now on and answers with those that were seen within the window already. One
 * statement, because every event of the platform passes through it; tables of their own rather than partitions, because routing rows to a
 * partition costs as much as storing them.
 */
export async function rememberNew(tx: Tx, keys: readonly string[], nowMs: number): Promise<readonly string[]> {
  // Lateral with a limit: always one look into the index per key, never a join that reads whole days.
  const earlier = Array.from(
    { length: WINDOW_DAYS },
    (_, back) =>
      tx`left join lateral (select true as was from ${tx(tableOf(nowMs, -back - 1))} s where s.key = given.key limit 1) ${tx(`before${back}`)} on true`,
  );
  const unseen = Array.from({ length: WINDOW_DAYS }, (_, back) => tx`and ${tx(`before${back}`)}.was is null`);
  const [row] = await tx<{ repeated: readonly string[] }[]>`
    with given as materialized (
      -- Sorted, so that neighbouring keys meet the same index pages while those are in the cache.
      select key::uuid as key from string_to_table(${keys.toSorted().join(",")}, ',') as k(key)
    ), fresh as (
      insert into ${tx(tableOf(nowMs, 0))} (key) select given.key from given ${earlier} where true ${unseen} on conflict do nothing returning key
    )
    select case when (select count(*) from fresh) = ${keys.length} then '{}'::text[] else array(select replace(key::text, '-', '') from given where key not in (select key from fresh)) end as repeated`;
  return row?.repeated ?? [];
}

/** Makes the tables of the window and of tomorrow, and drops those wholly outside the window. */
export async function rollSeenTables(db: Db, nowMs: number): Promise<void> {
  for (let offset = -WINDOW_DAYS; offset <= 1; offset += 1)
    await db`create table if not exists ${db(tableOf(nowMs, offset))} (key uuid primary key)`;
  const oldest = tableOf(nowMs, -WINDOW_DAYS);
  const tables = await db<
    { name: string }[]
  >`select relname::text as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname ~ ${`^${TABLE_PREFIX}[0-9]{8}$`}`;
  for (const { name } of tables) if (name < oldest) await db`drop table if exists ${db(name)}`;
}

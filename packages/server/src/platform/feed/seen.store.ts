import type { Db, Tx } from "../storage/postgres.ts";

/** A message id is remembered for at least this long: the published de-duplication window. */
export const SEEN_WINDOW_HOURS = 72;

const DAY_MS = 86_400_000;

function dayOf(nowMs: number, offset = 0): string {
  return new Date(nowMs + offset * DAY_MS).toISOString().slice(0, 10);
}

/** Which of these keys were seen within the window. */
export async function findSeen(tx: Tx, keys: readonly string[], nowMs: number): Promise<ReadonlySet<string>> {
  const rows = await tx<{ key: string }[]>`
    select key::text from feed_seen
    where day = any(${windowDays(nowMs)}::date[]) and key = any(${[...keys]}::uuid[])`;
  return new Set(rows.map((row) => row.key));
}

/** Remembers keys from now on. */
export async function rememberSeen(tx: Tx, keys: readonly string[], nowMs: number): Promise<void> {
  // Sorted, so that neighbouring keys meet the same index pages while those are in the cache.
  await tx`insert into feed_seen (day, key) select ${dayOf(nowMs)}::date, key from unnest(${keys.toSorted()}::uuid[]) as k(key) on conflict do nothing`;
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

import type { Db, Tx } from "../../storage/postgres.ts";
import { bytesOfWords, KEY_WORDS, wordsOfBytes } from "./key-set.ts";

/** Keys that were remembered together. Short ones carry their keys, large ones (`pageBits` given) a filter and pages that are read when it says "perhaps". */
export type Segment = {
  readonly segment: string;
  readonly txid: bigint;
  readonly seenFrom: Date;
  readonly pageBits: number | undefined;
  readonly keys: Uint32Array | undefined;
};

export type SegmentSpan = { readonly seenFrom: Date; readonly seenUntil: Date };

/** First key of the advisory lock under which segments are put together: one process at a time is enough. */
const TIDY_LOCK = 7_261_003;
const PAGES_PER_STATEMENT = 512;

type Row = {
  readonly horizon: string;
  readonly segment: string | null;
  readonly txid: string;
  readonly seen_from: Date;
  readonly page_bits: number | null;
  readonly keys: Uint8Array | null;
};

/**
 * Segments written by transactions that were not over when `horizon` was taken, without those in `known`; and the new horizon. Numbers given in
 * order do not become visible in order, so what is new is told by transaction ids, as in PostgreSQL's own snapshots.
 */
export async function loadNews(
  sql: Db | Tx,
  horizon: bigint,
  known: readonly string[],
): Promise<{ readonly horizon: bigint; readonly segments: readonly Segment[] }> {
  const rows = await sql<Row[]>`
    select h.horizon::text, s.segment, s.txid::text, s.seen_from, s.page_bits, s.keys
    from (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) h
    left join feed_seen s on s.txid >= ${String(horizon)}::text::xid8 and not (s.segment = any(${[...known]}::bigint[]))`;
  return { horizon: BigInt(rows[0]?.horizon ?? 0), segments: rows.flatMap(segmentOf) };
}

function segmentOf(row: Row): readonly Segment[] {
  if (row.segment === null) return [];
  return [
    {
      segment: row.segment,
      txid: BigInt(row.txid),
      seenFrom: row.seen_from,
      pageBits: row.page_bits ?? undefined,
      keys: row.keys === null ? undefined : wordsOfBytes(row.keys),
    },
  ];
}

/** The filter of a segment in pages; undefined when it is gone. */
export async function loadFilter(sql: Db | Tx, segment: string): Promise<Uint32Array | undefined> {
  const [row] = await sql<{ filter: Uint8Array }[]>`select filter from feed_seen where segment = ${segment}::bigint and filter is not null`;
  return row === undefined ? undefined : wordsOfBytes(row.filter);
}

/** Numbers of all segments there are. */
export async function loadSegmentNumbers(sql: Db | Tx): Promise<ReadonlySet<string>> {
  const rows = await sql<{ segment: string }[]>`select segment from feed_seen`;
  return new Set(rows.map(({ segment }) => segment));
}

/** Stores keys as a short segment. */
export async function insertKeys(
  tx: Tx,
  keys: Uint32Array,
  span: SegmentSpan,
): Promise<{ readonly segment: string; readonly txid: bigint }> {
  const [row] = await tx<{ segment: string; txid: string }[]>`
    insert into feed_seen (key_count, seen_from, seen_until, keys) values (${keys.length / KEY_WORDS}, ${span.seenFrom}, ${span.seenUntil}, ${bytesOfWords(keys)})
    returning segment, txid::text`;
  if (row === undefined) throw new Error("insert into feed_seen returned no row");
  return { segment: row.segment, txid: BigInt(row.txid) };
}

export type Paged = {
  readonly keyCount: number;
  readonly pageBits: number;
  readonly filter: Uint32Array;
  readonly pages: readonly { readonly page: number; readonly keys: Uint32Array }[];
};

/** Stores keys as a segment in pages. */
export async function insertPaged(tx: Tx, paged: Paged, span: SegmentSpan): Promise<void> {
  const [row] = await tx<{ segment: string }[]>`
    insert into feed_seen (key_count, seen_from, seen_until, page_bits, filter)
    values (${paged.keyCount}, ${span.seenFrom}, ${span.seenUntil}, ${paged.pageBits}, ${bytesOfWords(paged.filter)}) returning segment`;
  if (row === undefined) throw new Error("insert into feed_seen returned no row");
  for (let from = 0; from < paged.pages.length; from += PAGES_PER_STATEMENT) {
    const pages = paged.pages.slice(from, from + PAGES_PER_STATEMENT);
    await tx`
      insert into feed_seen_page (segment, page, keys) select ${row.segment}::bigint, page, decode(keys, 'base64')
      from unnest(${pages.map(({ page }) => page)}::integer[], ${pages.map(({ keys }) => bytesOfWords(keys).toString("base64"))}::text[]) as p(page, keys)`;
  }
}

/** Pages of segments, by `segment page`; those of segments that are gone are missing. */
export async function loadPages(
  sql: Db | Tx,
  wanted: readonly { readonly segment: string; readonly page: number }[],
): Promise<ReadonlyMap<string, Uint32Array>> {
  const pages = new Map<string, Uint32Array>();
  for (let from = 0; from < wanted.length; from += PAGES_PER_STATEMENT) {
    const some = wanted.slice(from, from + PAGES_PER_STATEMENT);
    const rows = await sql<{ segment: string; page: number; keys: Uint8Array }[]>`
      select p.segment, p.page, p.keys from feed_seen_page p
      join unnest(${some.map(({ segment }) => segment)}::bigint[], ${some.map(({ page }) => page)}::integer[]) as w(segment, page) using (segment, page)`;
    for (const row of rows) pages.set(`${row.segment} ${row.page}`, wordsOfBytes(row.keys));
  }
  return pages;
}

/** Keys of short segments. */
export async function loadKeys(tx: Tx, segments: readonly string[]): Promise<readonly Uint32Array[]> {
  const rows = await tx<
    { keys: Uint8Array }[]
  >`select keys from feed_seen where segment = any(${[...segments]}::bigint[]) and keys is not null`;
  return rows.map(({ keys }) => wordsOfBytes(keys));
}

export async function deleteSegments(tx: Tx, segments: readonly string[]): Promise<void> {
  await tx`delete from feed_seen where segment = any(${[...segments]}::bigint[])`;
}

/** Forgets segments whose last key was seen before `before`. */
export async function deleteSeenBefore(tx: Tx, before: Date): Promise<void> {
  await tx`delete from feed_seen where seen_until < ${before}`;
}

/** Takes the lock under which segments are put together until the transaction ends; false when another process has it. */
export async function lockTidying(tx: Tx): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`select pg_try_advisory_xact_lock(${TIDY_LOCK}) as taken`;
  return row?.taken === true;
}

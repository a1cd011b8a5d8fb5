import { inTransaction, type Db, type Tx } from "../../storage/postgres.ts";
import { buildFilter } from "./key-filter.ts";
import { pageBitsFor, splitPages } from "./key-pages.ts";
import { KEY_WORDS, pickKeys } from "./key-set.ts";
import { KnownKeys } from "./known-keys.ts";
import { deleteSeenBefore, deleteSegments, insertKeys, insertPaged, loadKeys, lockTidying } from "./seen.store.ts";

/** A message id is remembered for at least this long: the published de-duplication window. */
export const SEEN_WINDOW_HOURS = 72;

const HOUR_MS = 3_600_000;
/** Short segments are put into pages when they are this old, so that forgetting goes by the day. */
const SHORT_FOR_HOURS = 24;
const LOOK_EVERY_MS = 60_000;

export type SeenLimits = {
  /** Keys of short segments, all of which are kept in memory, before they are put into pages. */
  readonly shortKeysMax: number;
  /** Short segments before the tiny ones are put together. */
  readonly shortSegmentsMax: number;
};
const LIMITS: SeenLimits = { shortKeysMax: 2 ** 20, shortSegmentsMax: 1_000 };
/** Share of `shortKeysMax` up to which a segment counts as tiny. */
const TINY = 1 / 50;

/** The positions (among the keys given) of those seen within the window; call `committed` once the transaction has committed, and only then. */
export type Remembered = { readonly repeated: ReadonlySet<number>; readonly committed: () => void };

export type Seen = {
  /**
   * Remembers keys (four words each, all different) from now on and tells which were remembered already. Keys that the same lane remembered
   * before are always found; another process's are found once they are committed.
   */
  readonly remember: (tx: Tx, keys: Uint32Array, nowMs: number) => Promise<Remembered>;
  /** Puts segments together and forgets those outside the window, when it is time. May run beside `remember`. */
  readonly tidy: (db: Db, nowMs: number) => Promise<void>;
};

/**
 * The de-duplication window: a log-structured store of message keys in the state engine. What a batch brings is appended as one short segment
 * and kept in memory; short segments become large ones, whose filters stay in memory and whose pages are read only when a filter says "perhaps".
 * So a key costs about 16 bytes on disk and 2.5 in memory, and the price of asking hardly depends on how many there are.
 */
export function createSeen(limits: SeenLimits = LIMITS): Seen {
  const known = new KnownKeys();
  let lookAtMs = 0;
  return {
    remember: async (tx, keys, nowMs) => {
      await known.catchUp(tx);
      const repeated = new Set([...known.inMemory(keys), ...(await known.inPages(tx, keys))]);
      const fresh = withoutKeys(keys, repeated);
      if (fresh.length === 0) return { repeated, committed: () => undefined };
      const seenFrom = new Date(nowMs);
      const { segment, txid } = await insertKeys(tx, fresh, { seenFrom, seenUntil: seenFrom });
      return {
        repeated,
        committed: () => {
          known.learn({ segment, txid, seenFrom, pageBits: undefined, keys: fresh });
        },
      };
    },
    tidy: async (db, nowMs) => {
      const crowded = known.recent.size >= limits.shortKeysMax || known.shorts.size >= limits.shortSegmentsMax;
      if (!crowded && nowMs < lookAtMs) return;
      lookAtMs = nowMs + LOOK_EVERY_MS;
      await inTransaction(db, async (tx) => {
        if (!(await lockTidying(tx))) return;
        // What another process put together a moment ago must not be written once more.
        await known.forgetGone(tx);
        await deleteSeenBefore(tx, new Date(nowMs - SEEN_WINDOW_HOURS * HOUR_MS));
        await putTogether(tx, known, { limits, nowMs });
      });
      await known.forgetGone(db);
    },
  };
}

function withoutKeys(keys: Uint32Array, left: ReadonlySet<number>): Uint32Array {
  if (left.size === 0) return keys;
  return pickKeys(
    keys,
    Array.from({ length: keys.length / KEY_WORDS }, (_, index) => index).filter((index) => !left.has(index)),
  );
}

/** Puts all short segments into pages when they are many keys or old, or else the tiny ones together when they are many. */
async function putTogether(
  tx: Tx,
  { recent, shorts }: KnownKeys,
  { limits, nowMs }: { readonly limits: SeenLimits; readonly nowMs: number },
): Promise<void> {
  const seenFromMs = Math.min(...Array.from(shorts.values(), (short) => short.seenFromMs));
  if (recent.size >= limits.shortKeysMax || seenFromMs <= nowMs - SHORT_FOR_HOURS * HOUR_MS) {
    const segments = [...shorts.keys()];
    const keys = recent.keys();
    const pageBits = pageBitsFor(recent.size);
    const paged = { keyCount: recent.size, pageBits, filter: buildFilter(keys), pages: splitPages(keys, pageBits) };
    await insertPaged(tx, paged, { seenFrom: new Date(seenFromMs), seenUntil: new Date(nowMs) });
    await deleteSegments(tx, segments);
  } else if (shorts.size >= limits.shortSegmentsMax) {
    const tiny = [...shorts].filter(([, { keyCount }]) => keyCount <= limits.shortKeysMax * TINY);
    if (tiny.length < 2) return;
    const segments = tiny.map(([segment]) => segment);
    const seenFrom = new Date(Math.min(...tiny.map(([, short]) => short.seenFromMs)));
    await insertKeys(tx, concatKeys(await loadKeys(tx, segments)), { seenFrom, seenUntil: new Date(nowMs) });
    await deleteSegments(tx, segments);
  }
}

function concatKeys(lists: readonly Uint32Array[]): Uint32Array {
  const keys = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    keys.set(list, at);
    at += list.length;
  }
  return keys;
}

import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { inTransaction, type Db, type Tx } from "../storage/postgres.ts";
import { insertBatch, type FeedBatch, type LaneRange } from "./batch.store.ts";
import { insertDropped, type Dropped } from "./dropped.store.ts";
import { decodePayload, NOBODYS_WORKSPACE, type PayloadCipher, type ReadEvent } from "./feed-codec.ts";
import { advanceCursors, loadCursors, readFeed, type StoredFeedRow } from "./feed.store.ts";
import { KeySet, pickKeys } from "./seen/key-set.ts";
import { messageKeys } from "./seen/message-key.ts";
import { createSeen, type Remembered, type Seen } from "./seen/seen.ts";

/** The consumer that settles which events are new and who they belong to; every other consumer reads behind it. */
export const RESOLVER = "resolver";

/** About how many events are settled in one transaction at most. Large, because an insert into the event engine has a high fixed price: 12,000 rows cost a third more than 6,000. */
const BATCH_EVENTS_MAX = 12_000;

/** An event with its place in the feed; `eventId` is unique and never changes. */
export type PlacedEvent = ReadEvent & { readonly lane: number; readonly seq: string; readonly index: number };

/** The outcome of settling: positions (in the array given) that consumers leave out (in quarantine, or refused), and what to do once committed. */
export type Settlement = { readonly leftOut: ReadonlySet<number>; readonly committed: () => void };

export type ResolverDeps = {
  readonly db: Db;
  readonly cipher: PayloadCipher;
  readonly nowMs: () => number;
  /** Registers event definitions, checks schemas, resolves identities and traits, within the transaction. Must hold no state of it before `committed` is called. */
  readonly settle: (tx: Tx, events: readonly FeedEvent[]) => Promise<Settlement>;
  /** Puts an event aside that `settle` cannot stomach, with what it said. */
  readonly quarantine: (tx: Tx, event: FeedEvent, reason: unknown) => Promise<void>;
};

/** A settled batch with its events in memory, so that the warehouse need not read them again. */
export type SettledBatch = { readonly batch: FeedBatch; readonly events: readonly PlacedEvent[] };

export type Resolver = {
  /** Settles the next batch of these lanes; undefined when there is nothing to do or a lane was taken over meanwhile. */
  readonly step: (lanes: readonly number[]) => Promise<SettledBatch | undefined>;
  /** Keeps the store of message ids in order. Call it now and then, beside the steps. */
  readonly tidy: () => Promise<void>;
};

/** Another worker moved a lane's cursor since it was read. */
class LaneTakenOver extends Error {}

/** De-duplicates, resolves and settles events lane by lane, exactly once: effects, cursor and batch commit together. */
export function createResolver(deps: ResolverDeps): Resolver {
  const seen = createSeen();
  return {
    step: async (lanes) => {
      if (lanes.length === 0) return undefined;
      const cursors = await loadCursors(deps.db, RESOLVER, lanes);
      const rows = await readFeed(deps.db, cursors, BATCH_EVENTS_MAX);
      if (rows.length === 0) return undefined;
      const placed = decodeRows(deps.cipher, rows);
      const ranges = rangesOf(rows);
      const moves = ranges.map(({ lane, to }) => ({ lane, from: cursors.get(lane) ?? "0", to }));
      let afterCommit = (): void => undefined;
      const settled = await inTransaction(deps.db, async (tx) => {
        // Rolled back, not returned: some of the lanes may have moved already.
        if (!(await advanceCursors(tx, RESOLVER, moves))) throw new LaneTakenOver();
        const { fresh, remembered } = await dropRepeats(seen, tx, placed, deps.nowMs());
        const settlement = await settleBisecting(
          deps,
          tx,
          fresh.map((item) => item.event),
        );
        afterCommit = () => {
          remembered.committed();
          settlement.committed();
        };
        const kept = fresh.filter((_, position) => !settlement.leftOut.has(position));
        await insertDropped(tx, missing(placed, kept));
        const batch = await insertBatch(tx, { ranges, eventCount: kept.length });
        return { batch, events: kept };
      }).catch((error: unknown) => {
        if (error instanceof LaneTakenOver) return undefined;
        throw error;
      });
      if (settled === undefined) return undefined;
      afterCommit();
      return settled;
    },
    tidy: () => seen.tidy(deps.db, deps.nowMs()),
  };
}

/** Settles all events, or, when some of them make it fail, all but those: halves the batch until the bad ones stand alone in quarantine. */
async function settleBisecting(deps: ResolverDeps, tx: Tx, events: readonly FeedEvent[]): Promise<Settlement> {
  if (events.length === 0) return { leftOut: new Set(), committed: () => undefined };
  try {
    // A savepoint lets the transaction live on after a failed try.
    return await savepoint(tx, (inner) => deps.settle(inner, events));
  } catch (error) {
    if (!isBadData(error)) throw error;
    const [only] = events;
    if (only !== undefined && events.length === 1) {
      await deps.quarantine(tx, only, error);
      return { leftOut: new Set([0]), committed: () => undefined };
    }
    const middle = Math.ceil(events.length / 2);
    const left = await settleBisecting(deps, tx, events.slice(0, middle));
    const right = await settleBisecting(deps, tx, events.slice(middle));
    return {
      leftOut: new Set([...left.leftOut, ...[...right.leftOut].map((position) => position + middle)]),
      committed: () => {
        left.committed();
        right.committed();
      },
    };
  }
}

async function savepoint<T>(tx: Tx, work: (inner: Tx) => Promise<T>): Promise<T> {
  // As with `begin`, the declared type unwraps promise arrays; `work` answers one value.
  return (await tx.savepoint(work)) as T;
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity), and program errors on a value, blame the events; anything else blames the engine. */
function isBadData(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^2[23]...$/.test(code);
}

/** Decodes stored rows into events with their places, passing over those that were erased. */
export function decodeRows(cipher: PayloadCipher, rows: readonly StoredFeedRow[]): readonly PlacedEvent[] {
  return rows.flatMap(({ lane, seq, payload }) =>
    decodePayload(cipher, payload).flatMap(({ event, propertiesText }, index) =>
      event.workspaceId === NOBODYS_WORKSPACE ? [] : { lane, seq, index, event, propertiesText },
    ),
  );
}

function rangesOf(rows: readonly StoredFeedRow[]): readonly LaneRange[] {
  const ranges = new Map<number, LaneRange>();
  for (const { lane, seq } of rows) ranges.set(lane, { lane, from: ranges.get(lane)?.from ?? seq, to: seq });
  return [...ranges.values()];
}

/** The events whose message ids were not seen before, neither in the batch nor within the window. */
async function dropRepeats(
  seen: Seen,
  tx: Tx,
  placed: readonly PlacedEvent[],
  nowMs: number,
): Promise<{ readonly fresh: readonly PlacedEvent[]; readonly remembered: Remembered }> {
  const keys = messageKeys(placed.map(({ event }) => event));
  const ofBatch = new KeySet();
  const first = placed.map((_, index) => index).filter((index) => ofBatch.add(keys, index));
  const remembered = await seen.remember(tx, first.length === placed.length ? keys : pickKeys(keys, first), nowMs);
  const fresh = first.flatMap((index, position) => {
    const item = remembered.repeated.has(position) ? undefined : placed[index];
    return item === undefined ? [] : [item];
  });
  return { fresh, remembered };
}

function missing(placed: readonly PlacedEvent[], kept: readonly PlacedEvent[]): readonly Dropped[] {
  if (placed.length === kept.length) return [];
  const stays = new Set(kept);
  const byRow = Map.groupBy(
    placed.filter((item) => !stays.has(item)),
    ({ lane, seq }) => `${lane}-${seq}`,
  );
  return [...byRow.values()].flatMap((items) => {
    const [first] = items;
    return first === undefined ? [] : [{ lane: first.lane, seq: first.seq, indexes: items.map((item) => item.index) }];
  });
}

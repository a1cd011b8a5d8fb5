import type { Logger } from "pino";
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../storage/postgres.ts";
import { within } from "../within.ts";
import { loadOpenBatches, markStored, type FeedBatch } from "./batch.store.ts";
import type { PayloadCipher } from "./feed-codec.ts";
import type { LaneLeases } from "./lane-leases.ts";
import type { Reactor } from "./reactor.ts";
import type { PlacedEvent, Resolver, SettledBatch } from "./resolver.ts";
import { readSettledEvents } from "./settled-events.ts";

/** Between two looks at the feed while it is quiet; bounds both idle work and the delay of an event. */
const IDLE_MS = 120;
/**
 * Settled batches that may wait for the warehouse. While they do, the resolver pauses and what arrives makes its next batch
 * larger, which is what the warehouse needs to catch up: an insert's price hardly grows with its rows.
 */
const HANDOVER_BATCHES_MAX = 2;
/**
 * Between the beginnings of two batches, after a small one and after others, unless a backlog is there: a batch has a fixed price in both engines
 * (some 100 ms of processor time), and an event is seen within a second either way. The first after a pause does not wait.
 */
const SETTLE_EVERY_MS = { small: 250, usual: 600 };
const SMALL_EVENTS = 250;
/** A batch this large was a backlog. */
const BACKLOG_EVENTS = 8_000;
const LEASE_REFRESH_MS = 2_000;
/** Settled batches kept in memory for reactors; those that come too late for one are read from the feed again. */
const REACT_BATCHES_MAX = 4;
/** Between two looks of the reactors at the feed while no batch is handed to them. */
const REACT_IDLE_MS = 1_000;
const TIDY_EVERY_MS = 1_000;
/** An open batch this old that this worker did not settle itself belongs to a worker that died. */
const ORPHAN_AFTER_MS = 5_000;

/**
 * A step that a lost connection never answers must not stop the pipeline for good. Giving up on one that is merely slow is safe: cursors are
 * fenced, inserts carry tokens, and a batch that it still settles is found as an open batch.
 */
const STEP_WITHIN_MS = 60_000;

export type FeedWorkerDeps = {
  readonly db: Db;
  readonly cipher: PayloadCipher;
  readonly leases: LaneLeases;
  readonly resolver: Resolver;
  /** Stores a batch in the warehouse; `again` = an earlier try may have got through, so look before writing. */
  readonly store: (batch: FeedBatch, events: readonly PlacedEvent[], again: boolean) => Promise<void>;
  /** Work that follows stored batches, e.g. the map of people; true when it did something. */
  readonly afterStore: () => Promise<boolean>;
  readonly reactors: readonly Reactor[];
  readonly nowMs: () => number;
  readonly log: Logger;
};

export type FeedWorker = {
  /** Tells the worker that something was appended, so that it need not wait for its next look. */
  readonly wake: () => void;
  /** Finishes what is under way and stops. */
  readonly stop: () => Promise<void>;
};

/** Runs the pipeline of one process: settle batches of the leased lanes, and store settled batches in the warehouse. */
export function startFeedWorker(deps: FeedWorkerDeps): FeedWorker {
  const stopping = new AbortController();
  const handover: SettledBatch[] = [];
  const pace = createPace(stopping.signal);
  const resolverBell = createBell(stopping.signal);
  const warehouseBell = createBell(stopping.signal);
  const reactions = startReactions(deps, stopping.signal);

  async function settleForever(): Promise<void> {
    let refreshAt = 0;
    while (!stopping.signal.aborted) {
      await guarded(deps, "resolver", stopping.signal, async () => {
        if (deps.nowMs() >= refreshAt) {
          await deps.leases.refresh();
          refreshAt = deps.nowMs() + LEASE_REFRESH_MS;
        }
        if (handover.length >= HANDOVER_BATCHES_MAX) return resolverBell.wait(IDLE_MS);
        await pace.begin();
        const settled = await deps.resolver.step(deps.leases.held());
        if (settled === undefined) return resolverBell.wait(IDLE_MS);
        pace.settled(settled.events.length);
        reactions.offer(settled);
        if (settled.events.length === 0) return;
        handover.push(settled);
        warehouseBell.ring();
      });
    }
  }

  async function storeForever(): Promise<void> {
    // A batch that was begun and not finished may have got through in part.
    const begun = new WeakSet<SettledBatch>();
    let lookAt = 0;
    while (!stopping.signal.aborted) {
      await guarded(deps, "warehouse", stopping.signal, async () => {
        const next = handover[0];
        // Also now and then under load: what a dead worker left must not wait for a quiet moment.
        if (next === undefined || deps.nowMs() >= lookAt) {
          lookAt = deps.nowMs() + ORPHAN_AFTER_MS;
          const stored = await storeOpenBatches(deps, handover);
          const followed = await deps.afterStore();
          if (!stored && !followed && next === undefined) await warehouseBell.wait(IDLE_MS * 4);
          return;
        }
        const again = begun.has(next);
        begun.add(next);
        await deps.store(next.batch, next.events, again);
        await markStored(deps.db, [next.batch.batchId]);
        // By name: a step that was given up may end after the batch was stored by the next one.
        if (handover.includes(next)) handover.splice(handover.indexOf(next), 1);
        resolverBell.ring();
        if (handover.length === 0) await deps.afterStore();
      });
    }
  }

  const loops = [settleForever(), storeForever(), tidyForever(deps, stopping.signal), reactions.ended];
  return {
    wake: resolverBell.ring,
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
      await deps.leases.close();
    },
  };
}

/** Runs the reactors behind the resolver. They are their own loop, so that a slow one delays neither people nor the warehouse. */
function startReactions(
  deps: FeedWorkerDeps,
  signal: AbortSignal,
): { readonly offer: (settled: SettledBatch) => void; readonly ended: Promise<void> } {
  const waiting: SettledBatch[] = [];
  const bell = createBell(signal);
  const run = async (): Promise<void> => {
    while (deps.reactors.length > 0 && !signal.aborted) {
      await guarded(deps, "reactors", signal, async () => {
        const next = waiting.shift();
        let worked = next !== undefined;
        for (const reactor of deps.reactors) {
          if (next !== undefined && (await reactor.take(next))) continue;
          worked = (await reactor.step(deps.leases.held())) || worked;
        }
        if (!worked) await bell.wait(REACT_IDLE_MS);
      });
    }
  };
  return {
    offer: (settled) => {
      if (waiting.length === REACT_BATCHES_MAX) waiting.shift();
      waiting.push(settled);
      bell.ring();
    },
    ended: run(),
  };
}

async function tidyForever(deps: FeedWorkerDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await guarded(deps, "tidy", signal, deps.resolver.tidy);
    await sleep(TIDY_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Keeps batches apart while they are small; a large one is followed at once. */
function createPace(signal: AbortSignal): { readonly begin: () => Promise<void>; readonly settled: (events: number) => void } {
  let beganAt = 0;
  let nextAt = 0;
  return {
    begin: async () => {
      const early = nextAt - performance.now();
      if (early > 1) await sleep(early, undefined, { signal });
      beganAt = performance.now();
    },
    settled: (events) => {
      nextAt = events < BACKLOG_EVENTS ? beganAt + (events < SMALL_EVENTS ? SETTLE_EVERY_MS.small : SETTLE_EVERY_MS.usual) : 0;
    },
  };
}

/** Stores open batches that are not in this process's hand-over: left by a worker that died, or reopened by a replay. */
async function storeOpenBatches(deps: FeedWorkerDeps, handover: readonly SettledBatch[]): Promise<boolean> {
  const open = await loadOpenBatches(deps.db, "0", 16);
  const inHand = new Set(handover.map(({ batch }) => batch.batchId));
  let stored = false;
  for (const batch of open) {
    const age = deps.nowMs() - batch.settledAt.getTime();
    // With all lanes held there is no other worker to leave the batch to.
    if (inHand.has(batch.batchId) || (age < ORPHAN_AFTER_MS && !holdsAll(deps, batch))) continue;
    await deps.store(batch, await loadBatchEvents(deps, batch), true);
    await markStored(deps.db, [batch.batchId]);
    stored = true;
  }
  return stored;
}

function holdsAll(deps: FeedWorkerDeps, batch: FeedBatch): boolean {
  const held = new Set(deps.leases.held());
  return batch.ranges.every(({ lane }) => held.has(lane));
}

async function loadBatchEvents(deps: FeedWorkerDeps, batch: FeedBatch): Promise<readonly PlacedEvent[]> {
  const ranges = await Promise.all(batch.ranges.map((range) => readSettledEvents(deps.db, deps.cipher, range)));
  return ranges.flat();
}

/** Runs a step; a failure is logged and followed by a pause, because the work is still there and will be tried again. */
async function guarded(deps: FeedWorkerDeps, loop: string, signal: AbortSignal, step: () => Promise<void>): Promise<void> {
  try {
    await within(STEP_WITHIN_MS, step());
  } catch (error) {
    if (signal.aborted) return;
    deps.log.warn({ err: error, loop }, "feed step failed; trying again");
    await sleep(300, undefined, { signal }).catch(() => undefined);
  }
}

/** A bell that can be waited for with a bound, and rung before anyone waits. */
function createBell(signal: AbortSignal): { readonly ring: () => void; readonly wait: (ms: number) => Promise<void> } {
  let rung = false;
  let answer: (() => void) | undefined;
  const ring = (): void => {
    rung = true;
    answer?.();
  };
  signal.addEventListener("abort", ring);
  return {
    ring,
    wait: (ms) =>
      new Promise<void>((resolve) => {
        const finish = (): void => {
          clearTimeout(timer);
          answer = undefined;
          rung = false;
          resolve();
        };
        const timer = setTimeout(finish, ms);
        answer = finish;
        if (rung) finish();
      }),
  };
}

import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { FaultError, Unavailable } from "../http/fault-error.ts";
import { inTransaction, type Db, type Tx } from "../storage/postgres.ts";
import { within } from "../within.ts";
import { encodePayload, printEvent, type PayloadCipher } from "./feed-codec.ts";
import { appendToFeed, type FeedRow } from "./feed.store.ts";
import { laneOf } from "./lanes.ts";

/** Most events and bytes in one commit: bounds the time a commit takes and the memory a reader needs. */
const COMMIT_EVENTS_MAX = 8_000;
const COMMIT_BYTES_MAX = 8 * 1024 * 1024;
/** Beyond this much waiting for a commit, callers are told to come back later. */
const WAITING_EVENTS_MAX = 60_000;
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Between the beginnings of two commits: a commit has a fixed price for every lane, so under load requests share one. The first after a pause does
 * not wait, nor does one that many requests wait for: those are all that their senders have under way.
 */
const COMMIT_EVERY_MS = 16;
const COMMIT_AT_REQUESTS = 48;

/** A commit that a lost connection never answers must not hold up those behind it. Its senders are told to try again; what was committed after all is a repeat then. */
const COMMIT_WITHIN_MS = 30_000;

type Waiting = {
  readonly lanes: readonly (readonly [lane: number, text: string])[];
  readonly rejected: readonly RejectedEvent[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export type FeedWriterDeps = {
  readonly db: Db;
  readonly cipher: PayloadCipher;
  /** Stores quarantined events in the same commit as their good neighbours. */
  readonly addRejected: (tx: Tx, rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly committed: (events: number) => void;
};

export type FeedWriter = {
  /**
   * Resolves once the events are committed (fsync'd) in the feed and the rejected ones in quarantine.
   * Throws FaultError service.overloaded when too much waits already, `Unavailable` when the state engine cannot answer.
   */
  readonly append: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly waitingEvents: () => number;
  /** Waits until everything handed in is committed or failed. */
  readonly drain: () => Promise<void>;
};

/** Writes events to the feed with group commit: whatever arrives while a commit runs forms the next one. */
export function createFeedWriter(deps: FeedWriterDeps): FeedWriter {
  const queue: Waiting[] = [];
  let waitingEvents = 0;
  let waitingBytes = 0;
  const distance = createDistance(() => queue.length >= COMMIT_AT_REQUESTS);
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      await distance.keep();
      const group = takeGroup(queue);
      try {
        await within(COMMIT_WITHIN_MS, commitGroup(deps, group));
        for (const item of group) item.resolve();
      } catch (error) {
        const cause = new Unavailable("the feed", error);
        for (const item of group) item.reject(cause);
      }
      for (const item of group) {
        waitingEvents -= item.lanes.length;
        waitingBytes -= item.bytes;
      }
    }
    running = undefined;
  }

  return {
    waitingEvents: () => waitingEvents,
    drain: async () => {
      while (running !== undefined) await running;
    },
    append: (events, rejected) => {
      if (waitingEvents > WAITING_EVENTS_MAX || waitingBytes > WAITING_BYTES_MAX) {
        return Promise.reject(
          new FaultError("service.overloaded", { mend: "Send the same events again after the time in Retry-After.", retryAfterSeconds: 1 }),
        );
      }
      const lanes = events.map((event) => [laneOf(event), printEvent(event)] as const);
      const bytes = lanes.reduce((sum, [, text]) => sum + text.length, 0);
      return new Promise<void>((resolve, reject) => {
        queue.push({ lanes, rejected, bytes, resolve, reject });
        waitingEvents += lanes.length;
        waitingBytes += bytes;
        distance.look();
        // A turn of the event loop lets requests that are already parsed join the first commit.
        running ??= new Promise<void>((done) => {
          setImmediate(() => {
            void run().then(done);
          });
        });
      });
    },
  };
}

/** Keeps the beginnings of commits apart; `look` ends the wait when there is no reason for it any more. */
function createDistance(crowded: () => boolean): { readonly keep: () => Promise<void>; readonly look: () => void } {
  let beganAt = -COMMIT_EVERY_MS;
  let end = (): void => undefined;
  return {
    keep: async () => {
      const early = COMMIT_EVERY_MS - (performance.now() - beganAt);
      if (early > 1 && !crowded()) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, early);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      beganAt = performance.now();
    },
    look: () => {
      if (crowded()) end();
    },
  };
}

function takeGroup(queue: Waiting[]): readonly Waiting[] {
  const group: Waiting[] = [];
  let events = 0;
  let bytes = 0;
  for (let next = queue[0]; next !== undefined; next = queue[0]) {
    if (group.length > 0 && (events + next.lanes.length > COMMIT_EVENTS_MAX || bytes + next.bytes > COMMIT_BYTES_MAX)) break;
    group.push(next);
    queue.shift();
    events += next.lanes.length;
    bytes += next.bytes;
  }
  return group;
}

async function commitGroup(deps: FeedWriterDeps, group: readonly Waiting[]): Promise<void> {
  const byLane = Map.groupBy(
    group.flatMap((item) => item.lanes),
    ([lane]) => lane,
  );
  const rows: FeedRow[] = await Promise.all(
    [...byLane].map(async ([lane, events]) => ({
      lane,
      eventCount: events.length,
      payload: await encodePayload(
        deps.cipher,
        events.map(([, text]) => text),
      ),
    })),
  );
  const rejected = group.flatMap((item) => item.rejected);
  if (rejected.length === 0) {
    if (rows.length > 0) await appendToFeed(deps.db, rows);
  } else {
    await inTransaction(deps.db, async (tx) => {
      await deps.addRejected(tx, rejected);
      if (rows.length > 0) await appendToFeed(tx, rows);
    });
  }
  deps.committed(rows.reduce((sum, row) => sum + row.eventCount, 0));
}

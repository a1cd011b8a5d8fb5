import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { withoutErased } from "@terrace/domain/rights/without-erased";
import type { Logger } from "pino";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { addRefused, holdDenyList, loadDenyChanges } from "./deny.store.ts";
import { findsMention } from "./mentions.ts";

export type DenyListDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "originId" | "tokenise">;
  readonly nowMs: () => number;
  readonly log: Logger;
};

/** What may be settled of a batch: the events as far as they may be kept, and the positions of those that may not. */
export type Sifted = { readonly events: readonly FeedEvent[]; readonly refused: ReadonlySet<number> };

/** Keeps events of erased people out. Every process knows the list within a second of a change; settling events knows it at once. */
export type DenyList = {
  /** The events that may be accepted, as far as this process knows; the others are counted. */
  readonly admit: (events: readonly FeedEvent[]) => readonly FeedEvent[];
  /** Bad events that name nobody who was erased. */
  readonly admitRejected: (rejected: readonly RejectedEvent[]) => readonly RejectedEvent[];
  /** Sifts the events of a batch inside the transaction that settles them: an erasure is wholly before it or wholly after it. */
  readonly sift: (tx: Tx, events: readonly FeedEvent[]) => Promise<Sifted>;
  /** Those whose event may be stored, as the list stands now; for what was settled before. */
  readonly keep: <Item extends { readonly event: FeedEvent }>(items: readonly Item[]) => Promise<readonly Item[]>;
  /** Whether an id is on the list now. */
  readonly denies: (workspaceId: number, originId: string) => boolean;
  /** Called after this process learnt of changes, with the workspaces they were in. */
  readonly onChange: (tell: (workspaces: ReadonlySet<number>) => void) => void;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const REFRESH_MS = 1_000;
const CHANGES_PER_READ = 20_000;

/** What this process knows of the list. */
type Known = {
  /** False while nobody was ever erased, which saves looking. */
  readonly any: () => boolean;
  /** From when on events of an id are taken again: never = Infinity; undefined when it is not on the list. */
  readonly admittedFrom: (workspaceId: number, originId: string) => number | undefined;
  readonly hasWorkspace: (workspaceId: number) => boolean;
  /** Reads changes; answers the workspaces they were in. */
  readonly read: (db: Db | Tx) => Promise<ReadonlySet<number>>;
};

function createKnown(): Known {
  const ids = new Map<number, Map<string, number>>();
  let lastSeq = "0";
  return {
    any: () => ids.size > 0,
    admittedFrom: (workspaceId, originId) => ids.get(workspaceId)?.get(originId),
    hasWorkspace: (workspaceId) => ids.has(workspaceId),
    read: async (db) => {
      const changed = new Set<number>();
      for (;;) {
        const changes = await loadDenyChanges(db, lastSeq, CHANGES_PER_READ);
        for (const { workspaceId, originId, admittedFromMs } of changes) {
          const own = ids.get(workspaceId) ?? new Map<string, number>();
          ids.set(workspaceId, own.set(originId, admittedFromMs ?? Infinity));
          changed.add(workspaceId);
        }
        lastSeq = changes.at(-1)?.changeSeq ?? lastSeq;
        if (changes.length < CHANGES_PER_READ) return changed;
      }
    },
  };
}

/** Counts refused events in memory and adds them up in the database now and then. */
type Tally = { readonly add: (workspaceId: number) => void; readonly flush: () => Promise<void> };

function createTally({ db, nowMs }: Pick<DenyListDeps, "db" | "nowMs">): Tally {
  let counts = new Map<number, number>();
  return {
    add: (workspaceId) => count(counts, workspaceId, 1),
    flush: async () => {
      if (counts.size === 0) return;
      const flushed = counts;
      counts = new Map();
      try {
        await addRefused(db, dayOf(nowMs()), flushed);
      } catch (error) {
        for (const [workspaceId, events] of flushed) count(counts, workspaceId, events);
        throw error;
      }
    },
  };
}

export function createDenyList(deps: DenyListDeps): DenyList {
  const known = createKnown();
  const tally = createTally(deps);
  const listeners: ((workspaces: ReadonlySet<number>) => void)[] = [];
  const refresh = async (db: Db | Tx): Promise<void> => {
    const changed = await known.read(db);
    if (changed.size > 0) for (const tell of listeners) tell(changed);
  };
  const kept = (event: FeedEvent): FeedEvent | undefined => keptOf(deps, known, event);
  const ticking = createTicking(deps, async () => {
    await refresh(deps.db);
    await tally.flush();
  });
  return {
    admit: (events) => (known.any() ? events.flatMap((event) => kept(event) ?? refusedAt(tally, event)) : events),
    admitRejected: (rejected) =>
      known.any() ? rejected.filter((item) => !namesErased(deps, known, item) || refusedAt(tally, item).length > 0) : rejected,
    sift: async (tx, events) => {
      // Two statements: the second one's view of the data begins when the lock is there.
      await Promise.all([holdDenyList(tx), refresh(tx)]);
      if (!known.any()) return { events, refused: new Set() };
      const sifted = siftEvents(events, kept);
      await addRefused(tx, dayOf(deps.nowMs()), sifted.counts);
      return sifted;
    },
    keep: async (items) => {
      await refresh(deps.db);
      return known.any() ? items.filter(({ event }) => kept(event) !== undefined) : items;
    },
    denies: (workspaceId, originId) => known.admittedFrom(workspaceId, originId) === Infinity,
    onChange: (tell) => {
      listeners.push(tell);
    },
    start: async () => {
      await refresh(deps.db);
      ticking.start();
    },
    stop: async () => {
      await ticking.stop();
      await tally.flush();
    },
  };
}

function keptOf({ privacy }: DenyListDeps, known: Known, event: FeedEvent): FeedEvent | undefined {
  const { workspaceId, timeMs } = event;
  if (!known.hasWorkspace(workspaceId)) return event;
  return withoutErased(
    event,
    ({ kind, value }) => timeMs < (known.admittedFrom(workspaceId, privacy.originId(workspaceId, kind, value)) ?? -Infinity),
  );
}

function namesErased({ privacy }: DenyListDeps, known: Known, { workspaceId, payload }: RejectedEvent): boolean {
  if (!known.hasWorkspace(workspaceId)) return false;
  const hasOrigin = (originId: string): boolean => known.admittedFrom(workspaceId, originId) === Infinity;
  return findsMention(privacy, { workspaceId, hasOrigin, hasToken: () => false }, payload);
}

/** Nothing, and that is counted. */
function refusedAt(tally: Tally, { workspaceId }: { readonly workspaceId: number }): readonly [] {
  tally.add(workspaceId);
  return [];
}

function siftEvents(
  events: readonly FeedEvent[],
  kept: (event: FeedEvent) => FeedEvent | undefined,
): Sifted & { readonly counts: ReadonlyMap<number, number> } {
  const counts = new Map<number, number>();
  const refused = new Set<number>();
  const sifted = events.map((event, position) => {
    const may = kept(event);
    if (may !== undefined) return may;
    refused.add(position);
    count(counts, event.workspaceId, 1);
    return event;
  });
  return { events: sifted, refused, counts };
}

/** Does something about once a second, one at a time; a failure is logged and the next one tries again. */
function createTicking(
  { log }: DenyListDeps,
  work: () => Promise<void>,
): { readonly start: () => void; readonly stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const tick = (): Promise<void> =>
    work().catch((error: unknown) => log.warn({ err: error }, "the deny-list could not be refreshed; what was known stays in force"));
  return {
    start: () => {
      timer = setInterval(() => {
        running = running.then(tick);
      }, REFRESH_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

function count(counts: Map<number, number>, workspaceId: number, events: number): void {
  counts.set(workspaceId, (counts.get(workspaceId) ?? 0) + events);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

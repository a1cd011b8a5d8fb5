import { addToState, noteEvent, stateOf, type Keeping, type Tally } from "@terrace/domain/segments/counter";
import { bucketFinder, oldestBucket, type BucketOf } from "@terrace/domain/segments/tracker";
import type { Reaction } from "../../../platform/feed/reactor.ts";
import type { PlacedEvent } from "../../../platform/feed/resolver.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { loadStates, passLanes, saveStates, touchOrigins } from "./counter.store.ts";
import { isAnyEngine, lookUpOneByOne, shareEngines } from "./engine.store.ts";
import type { LiveDeps } from "./live-deps.ts";
import type { LivePlan, LiveTracker, Plans } from "./live-plan.ts";
import { COUNTING } from "./retrack.ts";

/** Counts settled events for the trackers of live segments, and has the people they are about evaluated. */
export function createCountEvents(deps: LiveDeps, plans: Plans): Reaction {
  return {
    name: COUNTING,
    wanted: () => isAnyEngine(deps.db),
    react: (tx, events) => count(deps, plans, tx, events),
  };
}

async function count(deps: LiveDeps, plans: Plans, tx: Tx, events: readonly PlacedEvent[]): Promise<void> {
  const engines = await shareEngines(tx, [...new Set(events.map(({ event }) => event.workspaceId))]);
  if (engines.length === 0) return;
  await lookUpOneByOne(tx);
  const fresh = await notCountedYet(tx, events);
  for (const { workspaceId, version } of engines) {
    const own = fresh.filter(({ event }) => event.workspaceId === workspaceId);
    if (own.length > 0) await countIn(deps, tx, workspaceId, { plan: await plans.of(tx, workspaceId, version), events: own });
  }
}

/** A feed that is replayed counts nothing twice. */
async function notCountedYet(tx: Tx, events: readonly PlacedEvent[]): Promise<readonly PlacedEvent[]> {
  const ends = new Map<number, bigint>();
  for (const { lane, seq } of events) {
    const [at, known] = [BigInt(seq), ends.get(lane)];
    if (known === undefined || at > known) ends.set(lane, at);
  }
  const counted = await passLanes(tx, new Map([...ends].map(([lane, seq]) => [lane, String(seq)])));
  const until = new Map([...counted].map(([lane, seq]) => [lane, BigInt(seq)]));
  return events.filter(({ lane, seq }) => BigInt(seq) > (until.get(lane) ?? 0n));
}

type Noted = { readonly tally: Tally; sinceMs: number };

async function countIn(
  deps: LiveDeps,
  tx: Tx,
  workspaceId: number,
  { plan, events }: { readonly plan: LivePlan; readonly events: readonly PlacedEvent[] },
): Promise<void> {
  const noted = tallyOf(deps, plan, events);
  if (noted.size === 0) return;
  const stored = await loadStates(tx, workspaceId, [...noted.keys()]);
  const keeping = keepingOf(plan.trackers, deps.nowMs());
  const states = new Map([...noted].map(([origin, { tally }]) => [origin, addToState(stored.get(origin) ?? {}, stateOf(tally), keeping)]));
  await saveStates(tx, workspaceId, states, stored);
  await touchOrigins(
    tx,
    workspaceId,
    new Map([...noted].map(([origin, { tally, sinceMs }]) => [origin, { sinceMs, trackers: [...tally.keys()] }])),
  );
}

function tallyOf(deps: LiveDeps, plan: LivePlan, events: readonly PlacedEvent[]): ReadonlyMap<string, Noted> {
  const finders = new Map<LiveTracker, BucketOf>();
  const nowMs = deps.nowMs();
  const noted = new Map<string, Noted>();
  for (const { event } of events) {
    const [first] = event.ids;
    if (first === undefined) continue;
    let origin: string | undefined;
    for (const listening of plan.listening(event.name)) {
      const bucketOf = finders.get(listening) ?? bucketFinder(listening.tracker, nowMs);
      finders.set(listening, bucketOf);
      const bucket = bucketOf(event);
      if (bucket === undefined) continue;
      origin ??= deps.privacy.originId(event.workspaceId, first.kind, first.value);
      const own = noted.get(origin) ?? { tally: new Map(), sinceMs: event.receivedAtMs };
      own.sinceMs = Math.min(own.sinceMs, event.receivedAtMs);
      noted.set(origin, own);
      noteEvent(own.tally, listening.id, bucket, listening.tracker.kept);
    }
  }
  return noted;
}

/** How each tracker's counters are kept now; of those that are not in it nothing is. */
export function keepingOf(trackers: readonly LiveTracker[], nowMs: number): ReadonlyMap<string, Keeping> {
  return new Map(trackers.map(({ id, tracker }) => [id, { oldest: oldestBucket(tracker, nowMs), kept: tracker.kept }]));
}

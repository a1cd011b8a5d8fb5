import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { Lag } from "../modules/segments/module.ts";
import { createWarehouseModule } from "../modules/warehouse/module.ts";
import { deleteConsumed } from "../platform/feed/batch.store.ts";
import { startFeedWorker } from "../platform/feed/feed-worker.ts";
import { openLaneLeases } from "../platform/feed/lane-leases.ts";
import { createReactor, type Reaction } from "../platform/feed/reactor.ts";
import { createResolver, type Settlement } from "../platform/feed/resolver.ts";
import { startJobs, type Job } from "../platform/jobs.ts";
import { startLoops } from "../platform/loops.ts";
import { noteDataChanged } from "../platform/storage/data-generation.store.ts";
import { inTransaction, openPostgres, type Tx } from "../platform/storage/postgres.ts";
import type { Core } from "./core.ts";
import type { Modules } from "./modules.ts";
import { rejectStored } from "./reject-stored.ts";

const HOUR_MS = 3_600_000;
const RETENTION_ROWS_PER_RUN = 5_000;

/** What the pipeline reports about its work as it goes. */
export type PipelineMeter = {
  readonly settled: (events: number, quarantined: number, seconds: number) => void;
  readonly stored: (events: number, seconds: number) => void;
  /** People were evaluated for live segments; `lags` are of changes that events led to. */
  readonly evaluated: (people: number, lags: readonly Lag[]) => void;
};

export type Worker = { readonly wake: () => void; readonly stop: () => Promise<void> };

/** Starts the pipeline and the jobs of this process. */
export async function startWorker(core: Core, modules: Modules, meter: PipelineMeter): Promise<Worker> {
  const warehouse = createWarehouseModule({
    warehouse: core.warehouse,
    nowMs: core.nowMs,
    originId: (event) => originIdOf(core, event),
    quarantine: (event, reason) => inTransaction(core.db, (tx) => modules.collect.quarantine.add(tx, [rejectStored(event, reason)])),
    stored: (events, startedAtMs) => meter.stored(events, (core.nowMs() - startedAtMs) / 1000),
    pending: modules.people.pendingChanges,
    confirm: modules.people.confirmChanges,
    pendingTraits: modules.people.pendingTraits,
    confirmTraits: modules.people.confirmTraits,
    pendingTags: modules.people.pendingTags,
    confirmTags: modules.people.confirmTags,
  });
  const resolver = createResolver({
    db: core.db,
    cipher: core.privacy,
    nowMs: core.nowMs,
    settle: createSettle(core, modules, meter),
    quarantine: (tx, event, reason) => modules.collect.quarantine.add(tx, [rejectStored(event, reason)]),
  });
  const leases = await openLaneLeases(openPostgres(core.config.postgres, { connectionsMax: 1, name: "terrace-leases" }), core.randomId());
  const worker = startFeedWorker({
    db: core.db,
    cipher: core.privacy,
    leases,
    resolver,
    store: async (batch, events, again) => {
      const kept = await modules.denyList.keep(events);
      await warehouse.storeBatch(batch, kept, again);
      await noteDataChanged(
        core.db,
        kept.map(({ event }) => event.workspaceId),
      );
    },
    afterStore: warehouse.syncPeople,
    reactors: modules.reactions.map((reaction) => createReactor({ db: core.db, cipher: core.privacy }, withoutErased(modules, reaction))),
    nowMs: core.nowMs,
    log: core.log,
  });
  const jobs = startJobs(core, [...feedJobs(core), ...modules.jobs]);
  modules.segments.onEvaluated(({ people, lags }) => meter.evaluated(people, lags));
  const loops = startLoops(core, modules.loops);
  return {
    wake: worker.wake,
    stop: async () => {
      await loops.stop();
      await jobs.stop();
      await worker.stop();
    },
  };
}

/** The origin of an event: the hashed first identity; "0" when it belongs to nobody. */
function originIdOf(core: Core, event: FeedEvent): string {
  const first = event.ids[0];
  return first === undefined ? "0" : core.privacy.originId(event.workspaceId, first.kind, first.value);
}

/** One batch: without the events of erased people; then definitions and schemas, because an event in quarantine must not make people. */
function createSettle(core: Core, modules: Modules, meter: PipelineMeter): (tx: Tx, events: readonly FeedEvent[]) => Promise<Settlement> {
  return async (tx, events) => {
    const startedAtMs = core.nowMs();
    const sifted = await modules.denyList.sift(tx, events);
    const places = events.map((_, position) => position).filter((position) => !sifted.refused.has(position));
    const admitted = places.flatMap((position) => sifted.events[position] ?? []);
    const observed = await modules.collect.definitions.observe(tx, admitted);
    if (observed.quarantined.size > 0) await modules.collect.quarantine.add(tx, [...observed.quarantined.values()]);
    const good = observed.quarantined.size === 0 ? admitted : admitted.filter((_, position) => !observed.quarantined.has(position));
    const resolved = await modules.people.resolve(tx, good);
    const consent = await modules.consent.observe(tx, good);
    return {
      leftOut: new Set([...sifted.refused, ...[...observed.quarantined.keys()].flatMap((position) => places[position] ?? [])]),
      committed: () => {
        observed.afterCommit();
        resolved.committed();
        consent.committed();
        meter.settled(good.length, observed.quarantined.size, (core.nowMs() - startedAtMs) / 1000);
      },
    };
  };
}

/** Nobody reacts to what erased people did before, when it is read late or again. */
function withoutErased({ denyList }: Modules, reaction: Reaction): Reaction {
  return { ...reaction, react: async (tx, events) => reaction.react(tx, await denyList.keep(events)) };
}

function feedJobs(core: Core): readonly Job[] {
  return [
    {
      name: "feed.retention",
      everyMs: 60_000,
      run: async () => {
        const before = new Date(core.nowMs() - core.config.feedRetentionHours * HOUR_MS);
        while ((await deleteConsumed(core.db, before, RETENTION_ROWS_PER_RUN)) === RETENTION_ROWS_PER_RUN);
      },
    },
  ];
}

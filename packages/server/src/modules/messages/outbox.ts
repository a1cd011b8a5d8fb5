import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { loadOutwardHold } from "../../platform/outbound/hold.store.ts";
import { decideDue, PACE_AHEAD_MS } from "./decide-due.ts";
import { loadDuePlaces, type DuePlace } from "./due.store.ts";
import { askAbout, handOver, openFor } from "./hand-over.ts";
import type { Handing } from "./handing.ts";
import { endRestored } from "./keep.store.ts";
import { takeLeft } from "./left.ts";
import type { MessageDeps, Provider } from "./messages-deps.ts";
import { loadPace, roomOf } from "./progress.store.ts";
import { createSettler } from "./settle.ts";
import { createUnderWay } from "./under-way.ts";

/** Messages that are decided about in one transaction. */
const BATCH_MAX = 500;
/** Messages of one provider that wait in a process or are handed over: what is slow keeps its own waiting only. */
const UNDER_WAY_MAX = 1_500;
const LOOK_EVERY_MS = 100;
const HELD_LOOK_MS = 1_000;
const RESTORED_AT_ONCE = 5_000;
const PROVIDER_FRESH_MS = 1_000;

export type Outbox = {
  /** Decides about what is due and begins to hand it over; answers after how many ms to look again. */
  readonly step: () => Promise<number>;
  /** Resolves when nothing is under way any more. */
  readonly settled: () => Promise<void>;
};

export function createOutbox(deps: MessageDeps): Outbox {
  const settler = createSettler(deps);
  const providers = createProviders(deps);
  const underWay = createUnderWay((error) =>
    deps.log.warn({ err: error }, "what came of a message could not be written; it is looked after when its lease is over"),
  );
  const beginAll = async (handing: readonly Handing[], howOf: (one: Handing) => typeof handOver): Promise<void> => {
    for (const [workspaceId, own] of Map.groupBy(handing, (one) => one.workspaceId)) {
      const opened = await openFor(deps, workspaceId, own);
      for (const one of own) underWay.begin(keyOf(workspaceId, one.provider.id), () => howOf(one)(deps, settler, one, opened));
    }
  };
  const decidePlace = async (place: DuePlace): Promise<number> => {
    const carrying = await providers.of(place.workspaceId);
    const provider = carrying.get(place.channel);
    if (provider === undefined) return 0;
    const room = UNDER_WAY_MAX - underWay.count(keyOf(place.workspaceId, provider.id));
    const limit = Math.min(BATCH_MAX, room, await roomNow(deps, place, provider));
    if (limit <= 0) return 0;
    const { claimed, handing } = await decideDue(deps, { place, providers: carrying, limit });
    await beginAll(handing, () => handOver);
    return claimed;
  };
  return {
    step: async () => {
      const hold = await loadOutwardHold(deps.db);
      if (hold !== undefined) return (await endRestored(deps.db, hold.since, RESTORED_AT_ONCE)) === RESTORED_AT_ONCE ? 0 : HELD_LOOK_MS;
      const left = await takeLeft(deps, { providerFor: providers.one, limit: BATCH_MAX });
      await beginAll(left, ({ provider }) => (provider.repeating === "queryable" ? askAbout : handOver));
      let worked = left.length;
      for (const place of await loadDuePlaces(deps.db, new Date(deps.nowMs()), MESSAGE_CHANNELS)) worked += await decidePlace(place);
      return worked > 0 ? 0 : LOOK_EVERY_MS;
    },
    settled: underWay.settled,
  };
}

const keyOf = (workspaceId: number, providerId: string): string => `${workspaceId} ${providerId}`;

async function roomNow({ db, nowMs }: MessageDeps, { workspaceId }: DuePlace, { id, ratePerSecond }: Provider): Promise<number> {
  if (ratePerSecond === null) return BATCH_MAX;
  const now = nowMs();
  return roomOf((await loadPace(db, workspaceId, id)) ?? now, now, now + PACE_AHEAD_MS, ratePerSecond);
}

type Providers = {
  readonly one: (workspaceId: number, channel: MessageChannel) => Promise<Provider | undefined>;
  readonly of: (workspaceId: number) => Promise<ReadonlyMap<MessageChannel, Provider>>;
};

/** Who carries messages, at most a second old. */
function createProviders({ carrier, nowMs }: MessageDeps): Providers {
  const known = new Map<number, { readonly atMs: number; readonly providers: ReadonlyMap<MessageChannel, Provider> }>();
  const of: Providers["of"] = async (workspaceId) => {
    const kept = known.get(workspaceId);
    if (kept !== undefined && nowMs() - kept.atMs < PROVIDER_FRESH_MS && nowMs() >= kept.atMs) return kept.providers;
    const providers = new Map<MessageChannel, Provider>();
    for (const channel of MESSAGE_CHANNELS) {
      const provider = await carrier.providerFor(workspaceId, channel);
      if (provider !== undefined) providers.set(channel, provider);
    }
    known.set(workspaceId, { atMs: nowMs(), providers });
    return providers;
  };
  return { of, one: async (workspaceId, channel) => (await of(workspaceId)).get(channel) };
}

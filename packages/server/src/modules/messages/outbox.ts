import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { loadOutwardHold } from "../../platform/outbound/hold.store.ts";
import { decideDue, deferUndecidable } from "./decide-due.ts";
import { loadDuePlaces, type DuePlace } from "./due.store.ts";
import { askAbout, handOver, letGoOf, openFor } from "./hand-over.ts";
import type { Handing } from "./handing.ts";
import { leftIn, takeLeft } from "./left.ts";
import type { MessageDeps, Provider } from "./messages-deps.ts";
import { PACE_AHEAD_MS } from "./pace.ts";
import { loadPace, roomOf } from "./progress.store.ts";
import { createSettler } from "./settle.ts";
import { createTroubles } from "./troubles.ts";
import { createUnderWay } from "./under-way.ts";

/** Messages that are decided about in one transaction. */
const BATCH_MAX = 500;
const LOOK_EVERY_MS = 100;
const HELD_LOOK_MS = 1_000;
const PROVIDER_FRESH_MS = 1_000;

export type Outbox = {
  /** Decides about what is due and begins to hand it over; answers after how many ms to look again. */
  readonly step: () => Promise<number>;
  /** Lets go of what was not begun; resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>;
};

export function createOutbox(deps: MessageDeps): Outbox {
  const settler = createSettler(deps);
  const providers = createProviders(deps);
  const underWay = createUnderWay((error) =>
    deps.log.warn({ err: error }, "what came of a message could not be written; it is looked after when its lease is over"),
  );
  const troubles = createTroubles(deps);
  const beginAll = async (workspaceId: number, handing: readonly Handing[]): Promise<void> => {
    if (handing.length === 0) return;
    const open = await openFor(deps, workspaceId, handing);
    for (const one of handing) {
      const opened = open(one);
      const how = one.maybe && one.provider.repeating === "queryable" ? askAbout : handOver;
      const run = () => how(deps, settler, one, opened);
      underWay.begin(lineOf(workspaceId, one.provider), { run, drop: () => letGoOf(deps, settler, one, opened) });
    }
  };
  const decidePlace = async (place: DuePlace, most: number): Promise<number> => {
    const carrying = await providers(place.workspaceId);
    const provider = carrying.get(place.channel);
    if (provider === undefined) return 0;
    const roomOfProvider = (one: Provider): number => underWay.room(lineOf(place.workspaceId, one));
    const limit = Math.min(BATCH_MAX, most, roomOfProvider(provider), await roomNow(deps, place, provider));
    if (limit <= 0) return 0;
    const { claimed, handing } = await decideDue(deps, { place, providers: carrying, limit, roomOf: roomOfProvider });
    await beginAll(place.workspaceId, handing);
    return claimed;
  };
  const left = async (workspaceId: number): Promise<number> => {
    const taken = await takeLeft(deps, workspaceId, BATCH_MAX);
    await beginAll(workspaceId, taken);
    return taken.length;
  };
  let turn = 0;
  return {
    step: async () => {
      if ((await loadOutwardHold(deps.db)) !== undefined) return HELD_LOOK_MS;
      let worked = 0;
      for (const workspaceId of await leftIn(deps)) worked += await troubles.within(`left ${workspaceId}`, () => left(workspaceId));
      const places = await loadDuePlaces(deps.db, new Date(deps.nowMs()), MESSAGE_CHANNELS);
      // Another one is first each time.
      turn += 1;
      for (const [n] of places.entries()) {
        const place = places[(n + turn) % places.length];
        if (place === undefined) continue;
        const deferOne = () => deferUndecidable(deps, place);
        worked += await troubles.within(`${place.workspaceId} ${place.channel}`, (most) => decidePlace(place, most), deferOne);
      }
      return worked > 0 ? 0 : LOOK_EVERY_MS;
    },
    stop: underWay.stop,
  };
}

function lineOf(workspaceId: number, { id, atOnce }: Provider) {
  return { key: `${workspaceId} ${id}`, atOnce };
}

async function roomNow({ db, nowMs }: MessageDeps, { workspaceId }: DuePlace, { id, ratePerSecond }: Provider): Promise<number> {
  if (ratePerSecond === null) return BATCH_MAX;
  const now = nowMs();
  return roomOf((await loadPace(db, workspaceId, id)) ?? now, now, now + PACE_AHEAD_MS, ratePerSecond);
}

type Providers = (workspaceId: number) => Promise<ReadonlyMap<MessageChannel, Provider>>;

/** Who carries messages, at most a second old. */
function createProviders({ carrier, nowMs }: MessageDeps): Providers {
  const known = new Map<number, { readonly atMs: number; readonly providers: ReadonlyMap<MessageChannel, Provider> }>();
  return async (workspaceId) => {
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
}

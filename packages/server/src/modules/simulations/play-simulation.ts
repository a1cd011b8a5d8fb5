import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Manifest } from "../../../../simulator/src/manifest.ts";
import { createSimulation, type Simulation } from "../../../../simulator/src/simulation.ts";
import type { SimulatedEvent } from "../../../../simulator/src/world.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import { modelTimeOf, wallTimeOf } from "./clocks.ts";
import { advanceSimulation, findSimulation, finishFilling, type SimulationRow } from "./simulation.store.ts";

export type PlayDeps = {
  readonly db: Db;
  /** The gate every event made inside goes through. */
  readonly prepare: (draft: EventDraft) => FeedEvent | RejectedEvent;
  /** Resolved once the events are committed to the feed. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  /** Events in the feed that are not stored yet. */
  readonly waitingEvents: () => Promise<number>;
  readonly nowMs: () => number;
  /** Waits; ends early when it is time to stop or something was changed. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isLifeAllowed: boolean;
  readonly saveManifest: (workspaceId: number, manifest: Manifest) => Promise<void>;
  /** Sorts the people of a business whose past is there, once. */
  readonly sortPeople: (workspaceId: number) => Promise<void>;
  /** Tells the experiments and the holdout of a business whose past is there, once. */
  readonly tellExperiments: (row: SimulationRow, simulation: Simulation) => Promise<void>;
  readonly progress: (row: SimulationRow, eventsSent: number, share: number) => void;
  readonly isStopped: () => boolean;
};

const BATCH_EVENTS = 4_000;
/** Events prepared between two turns of the event loop. */
const EVENTS_PER_TURN = 100;
/** Real events must not queue behind a whole simulated past: no more than this of it waits in the feed. */
const WAITING_EVENTS_MAX = 32_000;
/** How often a business that lives looks whether it still should. */
const LOOK_EVERY_MS = 3_000;
const LOOK_AGAIN_MS = 500;
const EVENT_BYTES_MAX = 64 * 1024;
const DAY_MS = 86_400_000;

/**
 * Plays a simulation from where it stands: what is past as fast as the pipeline takes it, then, if it lives, everything in its time.
 * Resolves when it has nothing more to do or was asked to stop. Played again after a crash, it sends the same events with the same ids.
 */
export async function playSimulation(deps: PlayDeps, row: SimulationRow): Promise<void> {
  const { seed, people, days, endMs } = row;
  const simulation = createSimulation({ seed, people, days, endMs });
  const player: Player = {
    deps,
    row,
    simulation,
    sent: row.eventsSent,
    modelMs: row.modelMs,
    checkedSent: 0,
    lookedAtMs: 0,
    sending: Promise.resolve(),
  };
  let passed = 0;
  while (!deps.isStopped()) {
    const { day, events } = simulation.nextDay();
    await nextTurn();
    const fresh = events.slice(Math.max(0, Math.min(events.length, row.eventsSent - passed)));
    passed += events.length;
    const saveTruth = (): Promise<void> => deps.saveManifest(row.workspaceId, simulation.manifest());
    if (!(await playEvents(player, fresh, saveTruth))) return;
    if (player.row.state === "filling" && day >= simulation.plan.lastDay) {
      // Nothing of the last day was left over; the next one must not be made before the truth up to here is written.
      await player.sending;
      await finish(player, saveTruth);
    }
    // Once a day the written truth is brought up to date.
    if (player.row.state === "filled" && day > simulation.plan.lastDay) await saveTruth();
  }
}

type Player = {
  readonly deps: PlayDeps;
  row: SimulationRow;
  readonly simulation: Simulation;
  sent: number;
  modelMs: number;
  checkedSent: number;
  lookedAtMs: number;
  /** The batch that is on its way while the next one is prepared. */
  sending: Promise<void>;
};

/** Sends the events of a day when their time has come; false when there is nothing more to do. */
async function playEvents(player: Player, events: readonly SimulatedEvent[], filled: () => Promise<void>): Promise<boolean> {
  let at = 0;
  while (at < events.length) {
    if (player.deps.isStopped()) return false;
    await lookAgain(player);
    const dueMs = dueTime(player);
    const to = firstAfter(events, at, dueMs);
    if (to > at) {
      for (let from = at; from < to; from += BATCH_EVENTS) await send(player, events.slice(from, Math.min(to, from + BATCH_EVENTS)));
      at = to;
      continue;
    }
    await player.sending;
    if (player.row.state === "filling") {
      await finish(player, filled);
      continue;
    }
    if (!player.row.live || !player.deps.isLifeAllowed) return false;
    const next = wallTimeOf(player.row, events[at]?.timeMs ?? 0) - player.deps.nowMs();
    await player.deps.pause(Math.min(LOOK_EVERY_MS, Math.max(20, next)));
  }
  return true;
}

/** What was asked for meanwhile: a business that lives may have been stopped, also while it is so fast that it never waits. */
async function lookAgain(player: Player): Promise<void> {
  const { deps, row } = player;
  if (row.state === "filling" || deps.nowMs() - player.lookedAtMs < LOOK_AGAIN_MS) return;
  player.lookedAtMs = deps.nowMs();
  player.row = (await findSimulation(deps.db, row.workspaceId)) ?? { ...row, live: false };
}

/** Up to which time of the business everything is due. */
function dueTime({ row, deps }: Player): number {
  if (row.state === "filling") return row.endMs - 1;
  return row.live && deps.isLifeAllowed ? modelTimeOf(row, deps.nowMs()) : -Infinity;
}

/** The place of the first event that is not due. */
function firstAfter(events: readonly SimulatedEvent[], from: number, dueMs: number): number {
  let at = from;
  while (at < events.length && (events[at]?.timeMs ?? 0) <= dueMs) at += 1;
  return at;
}

/** The past is in the feed; once it is stored the workspace is whole. */
async function finish(player: Player, filled: () => Promise<void>): Promise<void> {
  const { deps, row } = player;
  while ((await deps.waitingEvents()) > 0 && !deps.isStopped()) await deps.pause(100);
  if (deps.isStopped()) return;
  await filled();
  await deps.sortPeople(row.workspaceId);
  await deps.tellExperiments(row, player.simulation);
  await finishFilling(deps.db, row.workspaceId);
  player.row = (await findSimulation(deps.db, row.workspaceId)) ?? { ...row, state: "filled", live: false };
  deps.progress(player.row, player.sent, 1);
}

/** Takes a batch through the gate and hands it over; the one before is committed by then. */
async function send(player: Player, events: readonly SimulatedEvent[]): Promise<void> {
  const { deps, row } = player;
  const receivedAtMs = deps.nowMs();
  const good: FeedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (const [place, event] of events.entries()) {
    const prepared = deps.prepare(draftOf(row, event, receivedAtMs));
    if ("code" in prepared) rejected.push(prepared);
    else good.push(prepared);
    if (place % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await nextTurn();
  }
  await player.sending;
  await holdBack(player);
  player.sent += events.length;
  player.modelMs = events.at(-1)?.timeMs ?? player.modelMs;
  const stand = { eventsSent: player.sent, modelMs: player.modelMs };
  player.sending = deps
    .accept(good, rejected)
    .then(() => advanceSimulation(deps.db, row.workspaceId, stand))
    .then(() => {
      if (row.state === "filling") deps.progress(row, stand.eventsSent, shareFilled({ ...row, modelMs: stand.modelMs }));
    });
  // Awaited before the next batch, or before the end; until then a failure must not count as unhandled.
  player.sending.catch(() => undefined);
}

async function holdBack(player: Player): Promise<void> {
  const { deps } = player;
  if (player.sent - player.checkedSent < WAITING_EVENTS_MAX / 3) return;
  player.checkedSent = player.sent;
  while ((await deps.waitingEvents()) > WAITING_EVENTS_MAX && !deps.isStopped()) await deps.pause(40);
}

function draftOf(row: SimulationRow, event: SimulatedEvent, receivedAtMs: number): EventDraft {
  return {
    workspaceId: row.workspaceId,
    messageId: event.messageId,
    source: "terrace",
    name: event.name,
    timeMs: wallTimeOf(row, event.timeMs),
    receivedAtMs,
    ids: event.ids,
    link: "observed",
    properties: event.properties,
    traits: event.traits,
    context: event.context,
    sizeMax: EVENT_BYTES_MAX,
  };
}

/** The part of the past that was played. */
export function shareFilled({ state, endMs, days, modelMs }: Pick<SimulationRow, "state" | "endMs" | "days" | "modelMs">): number {
  if (state === "filled") return 1;
  const fromMs = endMs - days * DAY_MS;
  return Math.min(1, Math.max(0, (modelMs - fromMs) / (endMs - fromMs)));
}

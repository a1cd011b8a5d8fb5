import { canonicalJson } from "@terrace/domain/canonical-json";
import type { Json } from "@terrace/domain/json";
import type { Reaction } from "../../../platform/feed/reactor.ts";
import type { Loop } from "../../../platform/loops.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { copyChanges } from "./copy-changes.store.ts";
import { createCountEvents } from "./count-events.ts";
import { deleteIdleCounters, loadEngine, loadEngines } from "./engine.store.ts";
import { evaluatePass, evaluateTouched, type Evaluated } from "./evaluate.ts";
import { stepBuild } from "./build.ts";
import { stepFill } from "./fill.ts";
import type { LiveDeps } from "./live-deps.ts";
import { createPlans } from "./live-plan.ts";
import { placeOf, retrack } from "./retrack.ts";
import { stepRfm } from "../rfm/run-rfm.ts";
import { stepStanding, sweepStanding } from "../standings/run-standings.ts";

export type LiveEngine = {
  readonly reaction: Reaction;
  readonly loops: readonly Loop[];
  /** Told of every batch of people that was evaluated. */
  readonly onEvaluated: (listener: (evaluated: Evaluated) => void) => void;
};

/** Between two looks for touched people; with the feed's own pace it bounds how fresh segments are. */
const EVALUATE_IDLE_MS = 120;
/** While no segment lives there is nothing to look at. */
const ASLEEP_MS = 1_000;
const BUILD_IDLE_MS = 150;
const STANDING_IDLE_MS = 500;
const FILL_IDLE_MS = 500;
const COPY_IDLE_MS = 300;
const LOOK_AT_PLACE_MS = 5_000;
const COUNTERS_PER_STEP = 5_000;

/** Keeps the members of rule segments right. See docs/decisions/0027-live-segments.md. */
export function createLiveEngine(deps: LiveDeps): LiveEngine {
  const plans = createPlans(deps);
  const listeners: ((evaluated: Evaluated) => void)[] = [];
  let lookedAt = -Infinity;

  /** Both in turn: where people are touched all the time, everyone is evaluated all the same. */
  async function evaluate(workspaceId: number): Promise<boolean> {
    const done = [await evaluateTouched(deps, plans, workspaceId), await evaluatePass(deps, plans, workspaceId)];
    const evaluated = done.filter((each) => each !== undefined);
    for (const each of evaluated) for (const listener of listeners) listener(each);
    return evaluated.length > 0;
  }

  async function lookAtPlaces(workspaces: readonly number[]): Promise<void> {
    if (performance.now() - lookedAt < LOOK_AT_PLACE_MS) return;
    lookedAt = performance.now();
    for (const workspaceId of workspaces) await followPlace(deps, workspaceId);
  }

  return {
    reaction: createCountEvents(deps, plans),
    onEvaluated: (listener) => {
      listeners.push(listener);
    },
    loops: [
      {
        name: "segments.evaluate",
        step: async () => {
          const workspaces = await loadEngines(deps.db);
          if (workspaces.length === 0) return ASLEEP_MS;
          return (await inEach(workspaces, evaluate)) ? 0 : EVALUATE_IDLE_MS;
        },
      },
      {
        name: "segments.build",
        step: async (signal) => {
          const workspaces = await loadEngines(deps.db);
          if (await inEach(workspaces, (workspaceId) => stepBuild(deps, workspaceId, signal))) return 0;
          return workspaces.length === 0 ? ASLEEP_MS : BUILD_IDLE_MS;
        },
      },
      {
        name: "segments.standings",
        step: async (signal) => {
          if (await sweepStanding(deps)) return 0;
          const workspaces = await loadEngines(deps.db);
          return (await inEach(workspaces, (workspaceId) => stepScheduled(deps, workspaceId, signal))) ? 0 : STANDING_IDLE_MS;
        },
      },
      {
        name: "segments.fill",
        step: async (signal) => {
          const workspaces = await loadEngines(deps.db);
          await lookAtPlaces(workspaces);
          const filled = await inEach(workspaces, (workspaceId) => stepFill(deps, plans, workspaceId, signal));
          if (filled || (await deleteIdleCounters(deps.db, COUNTERS_PER_STEP)) > 0) return 0;
          return workspaces.length === 0 ? ASLEEP_MS : FILL_IDLE_MS;
        },
      },
      { name: "segments.changes", step: async () => ((await copyChanges(deps)) ? 0 : COPY_IDLE_MS) },
    ],
  };
}

async function stepScheduled(deps: LiveDeps, workspaceId: number, signal: AbortSignal): Promise<boolean> {
  return (await stepStanding(deps, workspaceId, signal)) || stepRfm(deps, workspaceId, signal);
}

async function inEach(workspaces: readonly number[], work: (workspaceId: number) => Promise<boolean>): Promise<boolean> {
  let worked = false;
  for (const workspaceId of workspaces) worked = (await work(workspaceId)) || worked;
  return worked;
}

/** What is counted depends on the zone and on virtual events; both may change at any time. */
async function followPlace(deps: LiveDeps, workspaceId: number): Promise<void> {
  const [engine, place] = [await loadEngine(deps.db, workspaceId), await placeOf(deps, workspaceId)];
  const told = (value: object): string => canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
  if (engine !== undefined && told(engine.place) !== told(place))
    await inTransaction(deps.db, (tx) => retrack(deps, tx, workspaceId, { place }));
}

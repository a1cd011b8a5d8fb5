import { canonicalJson } from "@terrace/domain/canonical-json";
import type { Json } from "@terrace/domain/json";
import type { Reaction } from "../../../platform/feed/reactor.ts";
import type { Loop } from "../../../platform/loops.ts";
import { createTurns } from "../../../platform/turns.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { createDropping } from "../classes/drop-traits.ts";
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
  const looking = createTurns<number>(deps, "segments.place");
  let lookedAt = -Infinity;

  /** Both in turn: where people are touched all the time, everyone is evaluated all the same. */
  async function evaluate(workspaceId: number): Promise<boolean> {
    const done = [await evaluateTouched(deps, plans, workspaceId), await evaluatePass(deps, plans, workspaceId)];
    const evaluated = done.filter((each) => each !== undefined);
    for (const each of evaluated) for (const listener of listeners) listener(each);
    return evaluated.length > 0;
  }

  async function lookAtPlaces(workspaces: readonly number[]): Promise<boolean> {
    if (performance.now() - lookedAt < LOOK_AT_PLACE_MS) return false;
    lookedAt = performance.now();
    return looking(workspaces, (workspaceId) => followPlace(deps, workspaceId));
  }

  return {
    reaction: createCountEvents(deps, plans),
    onEvaluated: (listener) => {
      listeners.push(listener);
    },
    loops: [
      loopOf(deps, { name: "segments.evaluate", idleMs: EVALUATE_IDLE_MS, work: evaluate }),
      loopOf(deps, { name: "segments.build", idleMs: BUILD_IDLE_MS, work: (workspaceId, signal) => stepBuild(deps, workspaceId, signal) }),
      loopOf(deps, {
        name: "segments.standings",
        idleMs: STANDING_IDLE_MS,
        besides: () => sweepStanding(deps),
        work: (workspaceId, signal) => stepScheduled(deps, workspaceId, signal),
      }),
      loopOf(deps, {
        name: "segments.fill",
        idleMs: FILL_IDLE_MS,
        besides: async (workspaces) => {
          const isMoved = await lookAtPlaces(workspaces);
          return (await deleteIdleCounters(deps.db, COUNTERS_PER_STEP)) > 0 || isMoved;
        },
        work: (workspaceId, signal) => stepFill(deps, plans, workspaceId, signal),
      }),
      createDropping(deps),
      { name: "segments.changes", step: async () => ((await copyChanges(deps)) ? 0 : COPY_IDLE_MS) },
    ],
  };
}

type WorkspaceLoop = {
  readonly name: string;
  readonly idleMs: number;
  /** True while there is more to do in the workspace. */
  readonly work: (workspaceId: number, signal: AbortSignal) => Promise<boolean>;
  /** What is done at each step besides, for all of them. */
  readonly besides?: (workspaces: readonly number[]) => Promise<boolean>;
};

/** A loop in which each workspace with live segments has its turn. */
function loopOf(deps: LiveDeps, { name, idleMs, work, besides }: WorkspaceLoop): Loop {
  const turns = createTurns<number>(deps, name);
  return {
    name,
    step: async (signal) => {
      const workspaces = await loadEngines(deps.db);
      const isMore = besides !== undefined && (await besides(workspaces));
      if ((await turns(workspaces, (workspaceId) => work(workspaceId, signal), signal)) || isMore) return 0;
      return workspaces.length === 0 ? ASLEEP_MS : idleMs;
    },
  };
}

async function stepScheduled(deps: LiveDeps, workspaceId: number, signal: AbortSignal): Promise<boolean> {
  return (await stepStanding(deps, workspaceId, signal)) || stepRfm(deps, workspaceId, signal);
}

/** What is counted depends on the zone and on virtual events; both may change at any time. */
async function followPlace(deps: LiveDeps, workspaceId: number): Promise<boolean> {
  const [engine, place] = [await loadEngine(deps.db, workspaceId), await placeOf(deps, workspaceId)];
  const told = (value: object): string => canonicalJson(JSON.parse(JSON.stringify(value)) as Json);
  if (engine === undefined || told(engine.place) === told(place)) return false;
  await inTransaction(deps.db, (tx) => retrack(deps, tx, workspaceId, { place }));
  return true;
}

import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import { createTurningShares } from "./bandit/turn-shares.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { experimentRoutes } from "./experiment.routes.ts";
import { keepDays } from "./keep-days.ts";
import { runInPast, type PastExperiment } from "./run-in-past.ts";

export type { ExperimentDeps };
export { experimentsNaming } from "./experiment-uses.ts";
export { approvedMoves } from "./move.commands.ts";
export { loadStandings, saveSplit } from "./standing.store.ts";
export { variantsOf } from "./stored-experiment.ts";

/** Experiments: what was to be shown, on whom, what came out and what was decided. See docs/guides/experiments.md. */
export type ExperimentsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Goes through an experiment of the past by its own commands; see `runInPast`. */
  readonly runInPast: (past: PastExperiment, how: Parameters<typeof runInPast>[2]) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const DAYS_EVERY_MS = 60_000;
const SHARES_EVERY_MS = 2_000;

export function createExperiments(deps: ExperimentDeps): ExperimentsModule {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  // Reading a day takes seconds, and other jobs need not wait for it; nor does one kind of work wait for the other.
  const inTurn = (name: string, work: typeof keepDays, said: string) => (): Promise<void> => {
    if (underWay.has(name)) return Promise.resolve();
    const working = work(deps, stopping.signal)
      .catch((error: unknown) => deps.log.warn({ err: error }, said))
      .finally(() => underWay.delete(name));
    underWay.set(name, working);
    return Promise.resolve();
  };
  const days = inTurn("days", keepDays, "days of experiments could not be kept; they are at the next time");
  const shares = inTurn("shares", createTurningShares(), "shares of bandits could not be reckoned; they are at the next time");
  return {
    routes: experimentRoutes(deps),
    jobs: [
      { name: "experiments.days", everyMs: DAYS_EVERY_MS, run: days },
      { name: "experiments.shares", everyMs: SHARES_EVERY_MS, run: shares },
    ],
    runInPast: (past, how) => runInPast(deps, past, how),
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
}

/** Where people may be named in experiments. */
export const EXPERIMENT_TEXTS: readonly TextPlace[] = [
  { table: "experiment", column: "definition", keys: ["experiment_id"], form: "json" },
  { table: "experiment", column: "name", keys: ["experiment_id"], form: "clear" },
  { table: "experiment", column: "hypothesis", keys: ["experiment_id"], form: "clear" },
  { table: "experiment", column: "learning", keys: ["experiment_id"], form: "clear" },
];

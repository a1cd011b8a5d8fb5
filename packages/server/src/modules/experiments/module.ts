import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { ExperimentDeps } from "./experiment-deps.ts";
import { experimentRoutes } from "./experiment.routes.ts";
import { keepDays } from "./keep-days.ts";

export type { ExperimentDeps };
export { experimentsNaming } from "./experiment-uses.ts";
export { loadStandings, saveSplit } from "./standing.store.ts";
export { variantsOf } from "./stored-experiment.ts";

/** Experiments: what was to be shown, on whom, what came out and what was decided. See docs/guides/experiments.md. */
export type ExperimentsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  readonly stop: () => Promise<void>;
};

const LOOK_EVERY_MS = 60_000;

export function createExperiments(deps: ExperimentDeps): ExperimentsModule {
  const stopping = new AbortController();
  let underWay: Promise<void> | undefined;
  // Reading a day takes seconds, and other jobs need not wait for it.
  const look = (): Promise<void> => {
    underWay ??= keepDays(deps, stopping.signal)
      .catch((error: unknown) => deps.log.warn({ err: error }, "days of experiments could not be kept; they are at the next time"))
      .finally(() => {
        underWay = undefined;
      });
    return Promise.resolve();
  };
  return {
    routes: experimentRoutes(deps),
    jobs: [{ name: "experiments.days", everyMs: LOOK_EVERY_MS, run: look }],
    stop: async () => {
      stopping.abort();
      await underWay;
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

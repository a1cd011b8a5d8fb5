import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import { createPullRunner } from "./begin-runs.ts";
import { pullRoutes, type PullRouteDeps } from "./pull.routes.ts";
import { deleteOldRuns } from "./pull-run.store.ts";

/** Files and query results that are fetched by schedule and imported. See docs/guides/pulls.md. */
export type Pulls = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[]; readonly stop: () => Promise<void> };

const LOOK_EVERY_MS = 2_000;
const TIDY_EVERY_MS = 3_600_000;
const RUNS_KEPT_MS = 90 * 86_400_000;
const TIDY_ROWS = 5_000;

export function createPulls(deps: PullRouteDeps): Pulls {
  const runner = createPullRunner(deps);
  const tidy = async (): Promise<void> => {
    while ((await deleteOldRuns(deps.db, new Date(deps.nowMs() - RUNS_KEPT_MS), TIDY_ROWS)) === TIDY_ROWS);
  };
  return {
    routes: pullRoutes(deps),
    jobs: [
      { name: "pulls.begin", everyMs: LOOK_EVERY_MS, run: runner.begin },
      { name: "pulls.tidy", everyMs: TIDY_EVERY_MS, run: tidy },
    ],
    stop: runner.stop,
  };
}

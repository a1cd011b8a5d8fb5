import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import { decisionRoutes } from "./decision.routes.ts";
import { queueDueReports } from "./queue-due.ts";
import { remindOfDecisions } from "./remind.ts";
import type { ReportDeps } from "./report-deps.ts";
import { createReportMaker } from "./report-maker.ts";
import { reportRoutes } from "./report.routes.ts";
import { scheduleRoutes } from "./schedule.routes.ts";

/** Reports that are made by themselves, sent and kept, and what was decided from them. See docs/guides/reports.md. */
export type Reports = { readonly routes: readonly RouteHandler[]; readonly jobs: readonly Job[]; readonly stop: () => Promise<void> };

const QUEUE_EVERY_MS = 30_000;
const MAKE_EVERY_MS = 2_000;
const REMIND_EVERY_MS = 600_000;

export function createReports(deps: ReportDeps): Reports {
  const maker = createReportMaker(deps);
  return {
    routes: [...reportRoutes(deps), ...scheduleRoutes(deps), ...decisionRoutes(deps)],
    jobs: [
      { name: "reports.queue", everyMs: QUEUE_EVERY_MS, run: () => queueDueReports(deps) },
      { name: "reports.make", everyMs: MAKE_EVERY_MS, run: maker.begin },
      { name: "reports.remind", everyMs: REMIND_EVERY_MS, run: () => remindOfDecisions(deps) },
    ],
    stop: maker.stop,
  };
}

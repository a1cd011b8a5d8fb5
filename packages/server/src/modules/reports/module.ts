import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Use } from "@terrace/contract/api/segments";
import { figuresOf } from "@terrace/domain/insight/reports/report-figures";
import { loadSchedules } from "./schedule.store.ts";
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

/** The schedules whose reports tell of a metric. */
export async function reportsTelling({ db }: Pick<ReportDeps, "db">, workspaceId: number, metric: string): Promise<readonly Use[]> {
  const schedules = (await loadSchedules(db, workspaceId)).filter(({ kind }) => figuresOf(kind).some(({ id }) => id === metric));
  return schedules.map(({ kind }) => ({ kind: "report", id: kind, name: kind }));
}

const QUEUE_EVERY_MS = 10_000;
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

/** Where people may be named in reports and decisions. */
export const REPORT_TEXTS: readonly TextPlace[] = [
  { table: "report", column: "content", keys: ["report_id"], form: "json" },
  { table: "decision", column: "decided", keys: ["decision_id"], form: "text" },
  { table: "decision", column: "expected", keys: ["decision_id"], form: "text" },
  { table: "decision", column: "result", keys: ["decision_id"], form: "text" },
];

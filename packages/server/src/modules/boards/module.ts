import type { Json } from "@terrace/domain/json";
import type { TextPlace } from "../../platform/personal-data/text-place.store.ts";
import type { Goal } from "@terrace/contract/api/goals";
import type { Use } from "@terrace/contract/api/segments";
import type { RouteHandler } from "../../platform/http/handler.ts";
import { dashboardRoutes } from "./dashboard.routes.ts";
import { goalRoutes, goalView } from "./goal.routes.ts";
import { findGoalAt } from "./goal.store.ts";
import { usesNaming, usesOfMetric } from "./metric-uses.ts";
import { savedAnalysisRoutes } from "./saved-analysis.routes.ts";
import { findSavedAnalysis, ID } from "./saved-analysis.store.ts";
import { findAnalysesUsing, findDashboardsUsing } from "./uses.store.ts";
import { openQuestion, type Question } from "./sealed-question.ts";
import type { BoardDeps } from "./board-deps.ts";

/** What is kept of figures: saved analyses, dashboards made of them, goals of metrics. See docs/guides/dashboards.md. */
export type Boards = {
  readonly routes: readonly RouteHandler[];
  /** The saved analyses and dashboards that name a segment. */
  readonly usesOfSegment: (workspaceId: number, segmentId: string) => Promise<readonly Use[]>;
  /** The saved analyses and dashboards whose questions name something. */
  readonly usesNaming: (workspaceId: number, isNamed: (query: Json) => boolean) => Promise<readonly Use[]>;
  /** The saved analyses, dashboards and goals that name a metric. */
  readonly usesOfMetric: (workspaceId: number, metric: string) => Promise<readonly Use[]>;
  /** A saved analysis by its id, whoever owns it, for what is made by a schedule; undefined when it is gone. */
  readonly savedQuestion: (workspaceId: number, analysisId: string) => Promise<(Question & { readonly name: string }) | undefined>;
  /** The goal of a metric for the period that begins on a local date; undefined when nobody set one. */
  readonly goalAt: (workspaceId: number, asked: GoalAsked) => Promise<Goal | undefined>;
};
export type GoalAsked = Pick<Goal, "metric" | "unit" | "startsOn">;
export type { Question };

export function createBoards(deps: BoardDeps): Boards {
  const { db } = deps;
  return {
    routes: [...savedAnalysisRoutes(deps), ...dashboardRoutes(deps), ...goalRoutes(deps)],
    usesOfSegment: async (workspaceId, segmentId) => [
      ...(await findAnalysesUsing(db, workspaceId, { segment: segmentId })).map((use) => ({ kind: "analysis" as const, ...use })),
      ...(await findDashboardsUsing(db, workspaceId, { segment: segmentId })).map((use) => ({ kind: "dashboard" as const, ...use })),
    ],
    usesNaming: (workspaceId, isNamed) => usesNaming(deps, workspaceId, isNamed),
    usesOfMetric: (workspaceId, metric) => usesOfMetric(deps, workspaceId, metric),
    savedQuestion: async (workspaceId, analysisId) => {
      const row = ID.test(analysisId) ? await findSavedAnalysis(db, workspaceId, analysisId) : undefined;
      return row === undefined ? undefined : { name: row.name, ...openQuestion(deps.privacy, row) };
    },
    goalAt: async (workspaceId, asked) => {
      const row = await findGoalAt(db, workspaceId, asked);
      return row === undefined ? undefined : goalView(row);
    },
  };
}

/** Where people may be named in what is kept of figures. */
export const BOARD_TEXTS: readonly TextPlace[] = [
  { table: "saved_analysis", column: "query", keys: ["analysis_id"], form: "json" },
  { table: "saved_analysis", column: "name", keys: ["analysis_id"], form: "clear" },
  { table: "saved_analysis", column: "description", keys: ["analysis_id"], form: "clear" },
  { table: "saved_analysis_version", column: "query", keys: ["analysis_id", "version"], form: "json" },
  { table: "saved_analysis_version", column: "name", keys: ["analysis_id", "version"], form: "clear" },
  { table: "saved_analysis_version", column: "description", keys: ["analysis_id", "version"], form: "clear" },
  { table: "dashboard", column: "content", keys: ["dashboard_id"], form: "json" },
  { table: "dashboard", column: "name", keys: ["dashboard_id"], form: "clear" },
  { table: "dashboard", column: "description", keys: ["dashboard_id"], form: "clear" },
  { table: "goal", column: "note", keys: ["goal_id"], form: "clear" },
];

import type { Goal } from "@terrace/contract/api/goals";
import type { SegmentUse } from "../segments/module.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import { dashboardRoutes } from "./dashboard.routes.ts";
import { findDashboardsUsing } from "./dashboard.store.ts";
import { goalRoutes, goalView } from "./goal.routes.ts";
import { findGoalAt } from "./goal.store.ts";
import { savedAnalysisRoutes } from "./saved-analysis.routes.ts";
import { findAnalysesUsing, findSavedAnalysis, ID } from "./saved-analysis.store.ts";
import { openQuestion, type Question } from "./sealed-question.ts";
import type { BoardDeps } from "./board-deps.ts";

/** What is kept of figures: saved analyses, dashboards made of them, goals of metrics. See docs/guides/dashboards.md. */
export type Boards = {
  readonly routes: readonly RouteHandler[];
  /** The saved analyses and dashboards that name a segment. */
  readonly usesOfSegment: (workspaceId: number, segmentId: string) => Promise<readonly SegmentUse[]>;
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
      ...(await findAnalysesUsing(db, workspaceId, segmentId)).map((use) => ({ kind: "analysis" as const, ...use })),
      ...(await findDashboardsUsing(db, workspaceId, { segment: segmentId })).map((use) => ({ kind: "dashboard" as const, ...use })),
    ],
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

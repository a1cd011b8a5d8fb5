import * as api from "@terrace/contract/api/reports";
import type { DecisionView } from "@terrace/contract/api/reports";
import { REPORT_FIGURES } from "@terrace/domain/insight/reports/report-figures";
import { lastSettled } from "@terrace/domain/insight/reports/report-period";
import { dayAt, dayOfIso, isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { findDecision, insertDecision, loadDecisions, saveReview, type DecisionRow } from "./decision.store.ts";
import { valueOf } from "./read-figures.ts";
import type { ReportDeps } from "./report-deps.ts";
import { contentOf, requireReport } from "./report.routes.ts";

const ID = /^[1-9]\d{0,17}$/;

/** What was decided from reports, and what came of it. */
export function decisionRoutes(deps: ReportDeps): readonly RouteHandler[] {
  return [listRoute(deps), recordRoute(deps), reviewRoute(deps)];
}

function listRoute(deps: ReportDeps): RouteHandler {
  return handle(api.listDecisions, async ({ query }, { workspaceId }) => {
    const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
    const today = await todayOf(deps, workspaceId);
    const reportId = query.report !== undefined && !ID.test(query.report) ? "0" : query.report;
    const rows = await loadDecisions(deps.db, workspaceId, { reportId, state: query.state, today, beforeId, limit: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      items: page.map((row) => decisionView(deps, row, today)),
      ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
    };
  });
}

function recordRoute(deps: ReportDeps): RouteHandler {
  return handle(api.recordDecision, async ({ params, body }, context) => {
    const report = await requireReport(deps, context, params.report);
    const { workspaceId, actor, ip } = context;
    const content = report.content === null ? undefined : contentOf(deps, report.content);
    const figure = content?.figures.find(({ id }) => id === body.figure);
    if (body.figure !== "" && figure === undefined)
      throw faultError("request.invalid", { field: "figure", mend: "Choose a figure that stands in the report, or none" });
    if (dayOfIso(body.reviewOn) === undefined)
      throw faultError("request.invalid", { field: "reviewOn", mend: "Write a calendar date as 2026-03-31" });
    const id = await inTransaction(deps.db, async (tx) => {
      const made = await insertDecision(tx, workspaceId, {
        reportId: report.id,
        kind: report.kind,
        figure: body.figure,
        decided: sealText(deps.privacy, body.decided),
        expected: sealText(deps.privacy, body.expected),
        figureThen: figure?.value ?? null,
        decidedBy: actor,
        decidedAt: new Date(deps.nowMs()),
        reviewOn: body.reviewOn,
      });
      const detail = { report: report.id, figure: body.figure, reviewOn: body.reviewOn };
      await deps.audit(tx, { workspaceId, actor, action: "decision.record", target: `decision:${made}`, detail, ip });
      return made;
    });
    return viewOf(deps, context, id);
  });
}

function reviewRoute(deps: ReportDeps): RouteHandler {
  return handle(api.reviewDecision, async ({ params, body }, context) => {
    const row = await requireDecision(deps, context, params.decision);
    const { workspaceId, actor, ip } = context;
    const figure = await figureNow(deps, row, context.signal);
    await inTransaction(deps.db, async (tx) => {
      const review = { outcome: body.outcome, result: sealText(deps.privacy, body.result), figure, by: actor, at: new Date(deps.nowMs()) };
      if (!(await saveReview(tx, workspaceId, row.id, review)))
        throw faultError("decision.reviewed", { field: "decision", mend: "Record a further decision instead" });
      await deps.audit(tx, {
        workspaceId,
        actor,
        action: "decision.review",
        target: `decision:${row.id}`,
        detail: { outcome: body.outcome },
        ip,
      });
    });
    return viewOf(deps, context, row.id);
  });
}

/** The figure of the last whole period of the kind of the report that the decision came from. */
async function figureNow(deps: ReportDeps, row: DecisionRow, signal: AbortSignal): Promise<number | null> {
  const definition = REPORT_FIGURES.find(({ id }) => id === row.figure);
  const workspace = await deps.workspace(row.workspaceId);
  if (definition === undefined || workspace === null) return null;
  const period = lastSettled(row.kind, { zone: workspace.timeZone, weekStart: "monday" }, { nowMs: deps.nowMs(), settleMs: 0 });
  const { workspaceId, kind } = row;
  return valueOf(deps, definition, { workspaceId, kind, period, signal }, period);
}

/** The local date of a workspace. */
export async function todayOf({ workspace, nowMs }: Pick<ReportDeps, "workspace" | "nowMs">, workspaceId: number): Promise<string> {
  return isoDay(dayAt(nowMs(), zoneClock((await workspace(workspaceId))?.timeZone ?? "UTC")));
}

async function requireDecision(deps: ReportDeps, { workspaceId }: RouteContext, id: string): Promise<DecisionRow> {
  const row = ID.test(id) ? await findDecision(deps.db, workspaceId, id) : undefined;
  if (row === undefined) throw faultError("decision.not_found", { field: "decision" });
  return row;
}

async function viewOf(deps: ReportDeps, context: RouteContext, id: string): Promise<DecisionView> {
  return decisionView(deps, await requireDecision(deps, context, id), await todayOf(deps, context.workspaceId));
}

function decisionView({ privacy }: ReportDeps, row: DecisionRow, today: string): DecisionView {
  const { id, reportId, kind, figure, figureThen, decidedBy, reviewOn, outcome, figureAtReview, reviewedBy } = row;
  return {
    id,
    reportId,
    kind,
    figure,
    decided: openText(privacy, row.decided),
    expected: openText(privacy, row.expected),
    figureThen,
    decidedBy,
    decidedAt: row.decidedAt.toISOString(),
    reviewOn,
    due: outcome === null && reviewOn <= today,
    outcome,
    result: row.result === null ? "" : openText(privacy, row.result),
    figureAtReview,
    reviewedBy,
    reviewedAt: row.reviewedAt?.toISOString() ?? null,
  };
}

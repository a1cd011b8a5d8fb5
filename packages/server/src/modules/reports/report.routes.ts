import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { Readable } from "node:stream";
import * as api from "@terrace/contract/api/reports";
import type { ReportView } from "@terrace/contract/api/reports";
import { reportHtml } from "@terrace/domain/insight/reports/report-html";
import { layOut, type ReportLayout } from "@terrace/domain/insight/reports/report-layout";
import { instantsOf, periodAround, periodBefore } from "@terrace/domain/insight/reports/report-period";
import type { ReportContent, ReportFigure } from "@terrace/domain/insight/reports/report";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler, type StreamAnswer } from "../../platform/http/handler.ts";
import { openText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { ReportDeps } from "./report-deps.ts";
import { noticesOf, reportUrl } from "./report-notices.ts";
import { reportPdf } from "./report-pdf.ts";
import { findNewest, findReport, loadReports, queueFirst, queueNext, type ReportRow } from "./report.store.ts";

const ID = /^[1-9]\d{0,17}$/;

/** Reading reports, having them made and sending them. */
export function reportRoutes(deps: ReportDeps): readonly RouteHandler[] {
  return [...reading(deps), makeRoute(deps), sendRoute(deps)];
}

function reading(deps: ReportDeps): readonly RouteHandler[] {
  return [
    handle(api.listReports, async ({ query }, { workspaceId }) => {
      const beforeId = query.cursor === undefined ? undefined : String(decodeCursor(query.cursor, ["id"])[0]);
      const rows = await loadReports(deps.db, workspaceId, { kind: query.kind, beforeId, limit: query.limit + 1 });
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return {
        items: page.map(reportView),
        ...(rows.length > page.length && last !== undefined ? { nextCursor: encodeCursor([last.id]) } : {}),
      };
    }),
    handle(api.getReport, async ({ params }, context) => {
      const row = await requireReport(deps, context, params.report);
      const content = row.content === null ? null : contentOf(deps, row.content);
      return { ...reportView(row), content: content === null ? null : (structuredClone(content) as never) };
    }),
    handle(api.downloadReportHtml, async ({ params, query }, context) => {
      const layout = await layoutOf(deps, context, params.report, query.language);
      const url = reportUrl(deps.publicUrl, context.workspaceId, params.report);
      return file(context, `report-${params.report}.html`, {
        type: "text/html; charset=utf-8",
        bytes: Buffer.from(reportHtml(layout, { forMail: false, url })),
      });
    }),
    handle(api.downloadReportPdf, async ({ params, query }, context) => {
      const layout = await layoutOf(deps, context, params.report, query.language);
      return file(context, `report-${params.report}.pdf`, { type: "application/pdf", bytes: await reportPdf(layout) });
    }),
  ];
}

function makeRoute(deps: ReportDeps): RouteHandler {
  return handle(api.makeReport, async ({ body }, context) => {
    const { workspaceId, actor } = context;
    const period = periodAround(body.kind, body.date);
    const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
    if (period === undefined || instantsOf(period, { zone, weekStart: "monday" }).toMs > deps.nowMs())
      throw faultError("report.period_invalid", { field: "date", mend: "Name a day of a period that is over, from 2000 on" });
    const report = { kind: body.kind, period, askedBy: actor, targetIds: [], at: new Date(deps.nowMs()) };
    const id = await inTransaction(deps.db, async (tx) => {
      const made = body.again ? await queueNext(tx, workspaceId, report) : await queueFirst(tx, workspaceId, report);
      if (made !== undefined)
        await record(deps, tx, context, { action: "report.make", id: made, detail: { kind: body.kind, from: period.from } });
      return made;
    });
    const row =
      id === undefined ? await findNewest(deps.db, workspaceId, body.kind, period.from) : await findReport(deps.db, workspaceId, id);
    if (row === undefined) throw faultError("report.not_found", { field: "date" });
    return reportView(row);
  });
}

function sendRoute(deps: ReportDeps): RouteHandler {
  return handle(api.sendReport, async ({ params, body }, context) => {
    const row = await requireReport(deps, context, params.report);
    if (row.content === null)
      throw faultError("report.not_made", { field: "report", mend: "Wait until it is made, or have it made again" });
    const { workspaceId } = context;
    const order = { workspaceId, id: row.id, targetIds: body.targetIds };
    const notices = await noticesOf(deps, order, contentOf(deps, row.content));
    const queued = await inTransaction(deps.db, async (tx) => {
      const count = await deps.notify.queue(tx, workspaceId, { key: `report:${row.id}`, targetIds: body.targetIds, notices });
      await record(deps, tx, context, { action: "report.send", id: row.id, detail: { targets: count } });
      return count;
    });
    return { queued };
  });
}

export function contentOf({ privacy }: Pick<ReportDeps, "privacy">, sealed: Uint8Array): ReportContent {
  // Sealed by the maker of reports only.
  const { figures, ...kept } = JSON.parse(openText(privacy, sealed)) as KeptContent;
  return {
    next: periodBefore(kept.kind, kept.period, -1),
    outlook: [],
    outlookUntold: [],
    effects: [],
    effectsLeft: 0,
    ...kept,
    figures: figures.map((figure) => ({ section: "main", ...figure })),
  };
}

/** The first reports told of less. */
type LaterParts = "next" | "outlook" | "outlookUntold" | "effects" | "effectsLeft";
type KeptContent = Omit<ReportContent, LaterParts | "figures"> &
  Partial<Pick<ReportContent, LaterParts>> & {
    readonly figures: readonly (Omit<ReportFigure, "section"> & Partial<Pick<ReportFigure, "section">>)[];
  };

export async function requireReport(deps: ReportDeps, { workspaceId }: RouteContext, id: string) {
  const row = ID.test(id) ? await findReport(deps.db, workspaceId, id) : undefined;
  if (row === undefined) throw faultError("report.not_found", { field: "report" });
  return row;
}

async function layoutOf(deps: ReportDeps, context: RouteContext, id: string, language: "zh" | "en"): Promise<ReportLayout> {
  const { content } = await requireReport(deps, context, id);
  if (content === null) throw faultError("report.not_made", { field: "report", mend: "Wait until it is made, or have it made again" });
  return layOut(contentOf(deps, content), language);
}

/** Always to be kept as a file: what is in a report is not to run as a page of the console. */
function file(context: RouteContext, name: string, { type, bytes }: { readonly type: string; readonly bytes: Uint8Array }): StreamAnswer {
  context.setHeader("content-disposition", `attachment; filename="${name}"`);
  return { stream: Readable.from([bytes]), contentType: type };
}

function reportView(row: ReportRow): ReportView {
  const { id, kind, from, to, edition, state, askedBy, failure } = row;
  const times = { createdAt: row.createdAt.toISOString(), finishedAt: row.finishedAt?.toISOString() ?? null };
  return { id, kind, from, to, edition, state, askedBy, failure: failure ?? "", ...times };
}

type Act = { readonly action: AuditActionOf<"report">; readonly id: string; readonly detail: Readonly<Record<string, string | number>> };

async function record({ audit }: ReportDeps, tx: Tx, { workspaceId, actor, ip }: RouteContext, { action, id, detail }: Act): Promise<void> {
  await audit(tx, { workspaceId, actor, action, target: `report:${id}`, detail, ip });
}

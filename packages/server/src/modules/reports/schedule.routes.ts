import * as api from "@terrace/contract/api/reports";
import type { ReportSchedule } from "@terrace/contract/api/reports";
import { DONE } from "@terrace/contract/route";
import { instantsOf, lastSettled, periodBefore } from "@terrace/domain/insight/reports/report-period";
import { faultError } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { ReportDeps } from "./report-deps.ts";
import { minutesOf } from "./queue-due.ts";
import { deleteSchedule, loadSchedules, saveSchedule, type ScheduleRow } from "./schedule.store.ts";

/** When reports are made by themselves. */
export function scheduleRoutes(deps: ReportDeps): readonly RouteHandler[] {
  return [
    handle(api.listReportSchedules, async (_input, { workspaceId }) => ({ items: await viewsOf(deps, workspaceId) })),
    handle(api.setReportSchedule, async ({ params, body }, context) => {
      const { workspaceId, actor, ip } = context;
      await requireTargets(deps, context, body.targetIds);
      await inTransaction(deps.db, async (tx) => {
        await saveSchedule(tx, workspaceId, { kind: params.kind, ...body, updatedBy: actor, at: new Date(deps.nowMs()) });
        const detail = { kind: params.kind, madeAt: body.madeAt, paused: body.paused, targets: body.targetIds.length };
        await deps.audit(tx, { workspaceId, actor, action: "report.schedule", target: `report-schedule:${params.kind}`, detail, ip });
      });
      const set = (await viewsOf(deps, workspaceId)).find(({ kind }) => kind === params.kind);
      if (set === undefined) throw faultError("report.not_found", { field: "kind" });
      return set;
    }),
    handle(api.deleteReportSchedule, async ({ params }, { workspaceId, actor, ip }) => {
      await inTransaction(deps.db, async (tx) => {
        if (!(await deleteSchedule(tx, workspaceId, params.kind))) throw faultError("report.not_found", { field: "kind" });
        const detail = { kind: params.kind };
        await deps.audit(tx, { workspaceId, actor, action: "report.unschedule", target: `report-schedule:${params.kind}`, detail, ip });
      });
      return DONE;
    }),
  ];
}

/** Refuses targets that there are not. */
export async function requireTargets(
  { db, notify }: Pick<ReportDeps, "db" | "notify">,
  { workspaceId }: RouteContext,
  ids: readonly string[],
): Promise<void> {
  const known = await notify.languagesOf(db, workspaceId, ids);
  if (ids.some((id) => !known.has(id)))
    throw faultError("notice.target_not_found", { field: "targetIds", mend: "Choose targets of this workspace" });
}

async function viewsOf(deps: ReportDeps, workspaceId: number): Promise<ReportSchedule[]> {
  const zone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  return (await loadSchedules(deps.db, workspaceId)).map((row) => ({
    kind: row.kind,
    madeAt: row.madeAt,
    targetIds: [...row.targetIds],
    paused: row.paused,
    updatedBy: row.updatedBy,
    nextAt: row.paused ? null : nextAt(row, zone, deps.nowMs()),
  }));
}

/** When the period after the last settled one is over and settled; now, while that one is not queued yet. */
function nextAt({ kind, madeAt, coveredTo }: ScheduleRow, zone: string, nowMs: number): string {
  const calendar = { zone, weekStart: "monday" } as const;
  const settleMs = minutesOf(madeAt) * 60_000;
  const settled = lastSettled(kind, calendar, { nowMs, settleMs });
  if (coveredTo === null || coveredTo < settled.to) return new Date(nowMs).toISOString();
  return new Date(instantsOf(periodBefore(kind, settled, -1), calendar).toMs + settleMs).toISOString();
}

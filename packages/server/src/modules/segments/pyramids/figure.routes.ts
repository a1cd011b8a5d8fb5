import * as api from "@terrace/contract/api/pyramid-figures";
import { dayOf, dayStart, type Calendar, type Period } from "@terrace/domain/insight/time/calendar";
import { monthText } from "@terrace/domain/pyramids/months";
import { dayOfIso, zoneClock } from "@terrace/domain/time/zoned-time";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { countMoves } from "../classes/class.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { loadReviews } from "./keep.store.ts";
import { closeTo } from "./close-to.ts";
import { inDanger } from "./in-danger.ts";
import { sharesOf } from "./shares.ts";
import { flowOf } from "./flow.ts";
import { pyramidOrThrow } from "./pyramid-view.ts";

const DAYS_BACK = 30;

/** Figures about pyramids: shares, flow, who is close to promotion or in danger, reviews. */
export function pyramidFigureRoutes(deps: SegmentDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    handle(api.getPyramidShares, async ({ params, query }, context) => {
      const row = await pyramidOrThrow(db, context.workspaceId, params.pyramid);
      requireEvents(context);
      return sharesOf(deps, context, row, { ...(await periodOf(deps, context.workspaceId, query)), queryId: query.queryId });
    }),
    handle(api.getPyramidFlow, async ({ params, query }, { workspaceId }) => {
      const row = await pyramidOrThrow(db, workspaceId, params.pyramid);
      const { zone, period } = await periodOf(deps, workspaceId, query);
      const bounds = { from: new Date(period.fromMs), to: new Date(period.toMs) };
      const moves = await countMoves(db, workspaceId, row.classId, [bounds]);
      return {
        zone,
        since: row.createdAt.toISOString(),
        fromAt: bounds.from.toISOString(),
        toAt: bounds.to.toISOString(),
        flows: [...(await flowOf(deps, workspaceId, row, { moves, from: bounds.from }))],
      };
    }),
    handle(api.listCloseToPromotion, async ({ params, query }, context) => {
      const row = await pyramidOrThrow(db, context.workspaceId, params.pyramid);
      requireEvents(context);
      return closeTo(deps, context, row, { layer: params.layer, ...query });
    }),
    handle(api.listInDanger, async ({ params, query }, context) => {
      const row = await pyramidOrThrow(db, context.workspaceId, params.pyramid);
      requireEvents(context);
      return inDanger(deps, context, row, { layer: params.layer, ...query });
    }),
    handle(api.listPyramidReviews, async ({ params }, { workspaceId }) => {
      const { id } = await pyramidOrThrow(db, workspaceId, params.pyramid);
      const rows = await loadReviews(db, workspaceId, id);
      return { items: rows.map(({ month, at, ...row }) => ({ ...row, month: monthText(month), at: at.toISOString() })) };
    }),
  ];
}

/** Whoever may not see events may not learn from layers what people did. */
function requireEvents(context: RouteContext): void {
  if (!context.may("events:read"))
    throw faultError("role.not_allowed", { mend: "Ask for a role that sees events", details: { permission: "events:read" } });
}

type Dates = { readonly from?: string | undefined; readonly to?: string | undefined };

/** The local days asked for, from the last 30 and today on; what is to come is left out. */
async function periodOf(
  deps: SegmentDeps,
  workspaceId: number,
  { from, to }: Dates,
): Promise<{ readonly zone: string; readonly period: Period }> {
  const zone = await deps.timeZone(workspaceId);
  const calendar: Calendar = { zone, weekStart: "monday" };
  const nowMs = deps.nowMs();
  const today = dayOf(nowMs, zoneClock(zone));
  const first = (from === undefined ? undefined : dayOfIso(from)) ?? today - DAYS_BACK;
  const end = (to === undefined ? undefined : dayOfIso(to)) ?? today + 1;
  if (end <= first) throw faultError("request.invalid", { field: "to", mend: "Choose a date after `from`" });
  const fromMs = dayStart(first, calendar);
  if (fromMs >= nowMs) throw faultError("request.invalid", { field: "from", mend: "Choose a date that has begun" });
  return { zone, period: { fromMs, toMs: Math.min(dayStart(end, calendar), nowMs + 1) } };
}

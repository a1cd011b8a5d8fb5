import type { Period, WeekStart } from "@terrace/domain/insight/time/calendar";
import { resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import type { RouteContext } from "../../../platform/http/handler.ts";
import { startAsking, type AnalysisDeps, type Asking } from "../time/asking.ts";

/** A question about a period, as instants. */
export type QueryGround = Asking & { readonly period: Period };

/** Begins a question about a period. Throws `insight.period_invalid`. */
export async function queryGround(
  deps: AnalysisDeps,
  context: RouteContext,
  asked: { readonly period: AskedPeriod; readonly weekStart: WeekStart },
): Promise<QueryGround> {
  const asking = await startAsking(deps, context, asked.weekStart);
  return { ...asking, period: valueOrThrow(resolvePeriod(asked.period, asking.calendar, asking.nowMs)) };
}

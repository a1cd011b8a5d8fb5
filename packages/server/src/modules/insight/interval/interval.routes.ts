import { getInterval, listIntervalPeople } from "@terrace/contract/api/insight-interval";
import { readBrackets } from "@terrace/domain/insight/spread/distribution-plan";
import { usualDurations } from "@terrace/domain/insight/span-unit";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { handle, type RouteHandler, type RouteInput } from "../../../platform/http/handler.ts";
import { peoplePage } from "../sequence/people-page.ts";
import { queryGround } from "../sequence/query-ground.ts";
import { refuseUnseen, type AnalysisDeps } from "../time/asking.ts";
import { propertyOf } from "../sequence/person-events.views.ts";
import { intervalFigures, intervalPeople, PERCENTS, type IntervalFigures, type IntervalPlan } from "./interval.views.ts";

/** Measuring the time between two events, and naming the people that took so long. */
export function intervalRoutes(deps: AnalysisDeps): readonly RouteHandler[] {
  return [
    handle(getInterval, async ({ body }, context) => {
      const { signal } = context;
      const { period, tools } = await queryGround(deps, context, body);
      refuseUnseen(context.fields, propertyOf(body.holdConstant), "holdConstant");
      const plan = planOf(body, period);
      const own = body.bracketsSeconds === undefined ? undefined : valueOrThrow(readBrackets(body.bracketsSeconds, "bracketsSeconds"));
      const startsMs = own?.map((seconds) => Math.round(seconds * 1_000)) ?? usualDurations(period.toMs - period.fromMs);
      const figures = await intervalFigures(deps.warehouse, plan, tools, { startsMs, signal });
      return { from: isoInstant(period.fromMs), to: isoInstant(period.toMs), ...shapeIntervals(figures, startsMs) };
    }),
    handle(listIntervalPeople, async ({ body, query }, context) => {
      const { period, tools } = await queryGround(deps, context, body);
      refuseUnseen(context.fields, propertyOf(body.holdConstant), "holdConstant");
      const { fromSeconds, toSeconds } = body.cell;
      const cell = { fromMs: Math.round(fromSeconds * 1_000), toMs: toSeconds === null ? undefined : Math.round(toSeconds * 1_000) };
      return peoplePage(deps, context, query, (page) => intervalPeople(deps.warehouse, planOf(body, period), tools, { ...cell, ...page }));
    }),
  ];
}

function planOf(
  body: RouteInput<typeof getInterval>["body"] | RouteInput<typeof listIntervalPeople>["body"],
  period: Period,
): IntervalPlan {
  return {
    ...period,
    start: body.start,
    end: body.end,
    hold: body.holdConstant,
    withinMs: body.withinSeconds === undefined ? undefined : Math.round(body.withinSeconds * 1_000),
  };
}

/** The figures in seconds; none where there is no interval. */
function shapeIntervals(figures: IntervalFigures | undefined, startsMs: readonly number[]) {
  const some = figures === undefined || figures.intervals === 0 ? undefined : figures;
  return {
    intervals: some?.intervals ?? 0,
    people: some?.people ?? 0,
    averageSeconds: some === undefined ? null : inSeconds(some.total / some.intervals),
    deviationSeconds: inSeconds(some?.deviation),
    minSeconds: inSeconds(some?.least),
    maxSeconds: inSeconds(some?.most),
    percentiles: PERCENTS.map((percent, index) => ({ percent, seconds: inSeconds(some?.percentiles[index]) })),
    histogram: startsMs.map((startMs, index) => ({
      fromSeconds: startMs / 1_000,
      toSeconds: inSeconds(startsMs[index + 1]),
      intervals: some?.bracketIntervals[index] ?? 0,
      people: some?.bracketPeople[index] ?? 0,
    })),
  };
}

function inSeconds(ms: number | null | undefined): number | null {
  return ms === undefined || ms === null ? null : ms / 1_000;
}

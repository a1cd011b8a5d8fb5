import { getInterval, listIntervalPeople, type intervalQuerySchema } from "@terrace/contract/api/insight-interval";
import { readBrackets } from "@terrace/domain/insight/spread/distribution-plan";
import { usualDurations } from "@terrace/domain/insight/span-unit";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { intervalFigures, intervalPeople, PERCENTS, type IntervalFigures, type IntervalPlan } from "./interval.views.ts";

/** The time between two events, and the people that took so long. */
export const interval = analysis({
  kind: "interval",
  route: getInterval,
  groups: { events: (body) => [body.start], narrows: "start" },
  answer: async (asking, body) => {
    const plan = planOf(asking, body);
    const own = body.bracketsSeconds === undefined ? undefined : valueOrThrow(readBrackets(body.bracketsSeconds, "bracketsSeconds"));
    const startsMs = own?.map((seconds) => Math.round(seconds * 1_000)) ?? usualDurations(plan.toMs - plan.fromMs);
    const figures = await intervalFigures(asking, plan, startsMs);
    return { from: isoInstant(plan.fromMs), to: isoInstant(plan.toMs), ...shapeIntervals(figures, startsMs) };
  },
  people: {
    route: listIntervalPeople,
    behind: async (asking, body) => {
      const { fromSeconds, toSeconds } = body.cell;
      const cell = { fromMs: Math.round(fromSeconds * 1_000), toMs: toSeconds === null ? undefined : Math.round(toSeconds * 1_000) };
      return intervalPeople(planOf(asking, body), asking.tools, cell);
    },
  },
});

function planOf(asking: Asking, body: z.output<typeof intervalQuerySchema>): IntervalPlan {
  return {
    ...periodOf(asking, body.period),
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

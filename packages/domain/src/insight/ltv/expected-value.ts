import type { MetricLine, WhyLine } from "../metrics/evaluate-expression.ts";
import { ok, type Result } from "../../result.ts";
import type { LtvUntold } from "./predict-ltv.ts";
import type { Calendar } from "../time/calendar.ts";
import { intervalAt, intervalCount, intervalsOf, type Intervals } from "../time/intervals.ts";

/** Intervals parted where local months begin: each part lies in one interval and in one month, told by their numbers. */
export type MonthParts = {
  readonly parts: Intervals;
  readonly months: Intervals;
  readonly places: readonly { readonly interval: number; readonly month: number }[];
};

/** Parts intervals by month. Faults: `insight.too_many_intervals` for more months than an answer may have intervals. */
export function partByMonth(intervals: Intervals, calendar: Calendar): Result<MonthParts> {
  const { bounds } = intervals;
  const [fromMs, toMs] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const months = intervalsOf({ fromMs, toMs }, "month", calendar, "whole");
  if (!months.ok) return months;
  const within = months.value.bounds.filter((bound) => bound > fromMs && bound < toMs);
  const parts = [...new Set([...bounds, ...within])].toSorted((a, b) => a - b);
  const places = parts
    .slice(0, -1)
    .map((bound) => ({ interval: intervalAt(intervals, bound) ?? 0, month: intervalAt(months.value, bound) ?? 0 }));
  return ok({ parts: { unit: intervals.unit, bounds: parts }, months: months.value, places });
}

/** A line over the parts as one over the intervals, and over all of them; unknown where one of the parts is. */
export function joinParts(intervals: Intervals, { places }: MonthParts, points: readonly (number | null)[]): MetricLine {
  const sum = (of: readonly (number | null)[]): number | null =>
    of.reduce((all, point) => (all === null || point === null ? null : all + point), 0);
  return {
    points: Array.from({ length: intervalCount(intervals) }, (_, at) => sum(points.filter((__, part) => places[part]?.interval === at))),
    total: sum(points),
  };
}

/** Why nothing can be told of an interval, and of all: by the earliest of its months in which somebody began and of which nothing can be told. */
export function whyOfParts(
  intervals: Intervals,
  { places }: MonthParts,
  sizes: readonly (number | null)[],
  why: readonly (LtvUntold | null)[],
): WhyLine {
  const reasons = places.map(({ month }, part) => ((sizes[part] ?? 0) === 0 ? null : (why[month] ?? null)));
  const first = (isWithin: (part: number) => boolean): LtvUntold | null =>
    reasons.find((reason, part) => reason !== null && isWithin(part)) ?? null;
  return {
    points: Array.from({ length: intervalCount(intervals) }, (_, at) => first((part) => places[part]?.interval === at)),
    total: first(() => true),
  };
}

/** What so many people of each part are expected to bring; unknown where nothing can be told of the month of some. */
export function expectedOfParts(
  { places }: MonthParts,
  sizes: readonly (number | null)[],
  perHead: readonly (number | null)[],
): readonly (number | null)[] {
  return places.map(({ month }, part) => {
    const size = sizes[part] ?? 0;
    const each = perHead[month] ?? null;
    if (size === 0) return 0;
    return each === null ? null : size * each;
  });
}

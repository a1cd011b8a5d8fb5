import type { EventSelector } from "../../conditions/condition.ts";
import { EMPTY_CONTEXT, type EventContext } from "../../event/feed-event.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Calendar, IntervalUnit } from "../time/calendar.ts";
import { intervalsOf, type Intervals } from "../time/intervals.ts";
import { previousPeriod, resolvePeriod, type AskedPeriod } from "../time/period.ts";
import { readFormula, type Formula } from "./formula.ts";

export const COUNT_MEASURES = ["events", "people", "events_per_person"] as const;
export const PROPERTY_MEASURES = ["sum", "sum_per_person", "average", "median", "min", "max"] as const;

/** What is measured of the events of a series. Per person: divided by the people who had such an event. */
export type Measure =
  | { readonly kind: (typeof COUNT_MEASURES)[number] }
  | { readonly kind: (typeof PROPERTY_MEASURES)[number]; readonly property: string }
  /** Between the two nearest values, as in a spreadsheet (PERCENTILE.INC); 50 is the median. */
  | { readonly kind: "percentile"; readonly property: string; readonly percentile: number };
export type TrendSeries = { readonly event: EventSelector; readonly measure: Measure };
/** The columns of an event's context that it can be broken down by. */
// The keys of a value of a closed type are the keys of the type.
export const BREAKDOWN_COLUMNS = Object.keys(EMPTY_CONTEXT) as readonly (keyof EventContext)[];
export type Breakdown = { readonly property: string } | { readonly column: keyof EventContext };

/** A question of trends. Intervals that reach beyond the period are told only as far as it goes. */
export type TrendsQuery = {
  readonly period: AskedPeriod;
  readonly interval: IntervalUnit;
  readonly series: readonly TrendSeries[];
  readonly formula?: string | undefined;
  readonly cumulative: boolean;
  readonly compare: boolean;
};
export type TrendsPlan = {
  readonly intervals: Intervals;
  readonly previous: Intervals | undefined;
  readonly formula: Formula | undefined;
};

export const SERIES_MAX = 10;
export const BREAKDOWN_VALUES_MAX = 50;

/** Reads a question. Faults: `insight.period_invalid`, `insight.too_many_intervals`, `insight.formula_invalid`, `insight.cumulative_not_offered`. */
export function planTrends(query: TrendsQuery, calendar: Calendar, nowMs: number): Result<TrendsPlan> {
  const period = resolvePeriod(query.period, calendar, nowMs);
  if (!period.ok) return period;
  const intervals = intervalsOf(period.value, query.interval, calendar, "cut");
  if (!intervals.ok) return intervals;
  const formula = query.formula === undefined ? undefined : readFormula(query.formula, query.series.length);
  if (formula?.ok === false) return formula;
  const refused = query.series.findIndex(({ measure }) => query.cumulative && !canAddUp(measure));
  if (refused >= 0)
    return fail("insight.cumulative_not_offered", {
      field: `series.${refused}.measure`,
      mend: "Only events, people, sums and averages add up over intervals; choose one of them, or leave cumulative out",
    });
  const before = query.compare
    ? intervalsOf(previousPeriod(query.period, period.value, calendar), query.interval, calendar, "cut")
    : undefined;
  if (before?.ok === false) return before;
  return ok({ intervals: intervals.value, previous: before?.value, formula: formula?.value });
}

/** Whether a figure of several intervals follows from what is read of each (for people: from who came first in each). */
export function canAddUp({ kind }: Measure): boolean {
  return kind === "events" || kind === "people" || kind === "sum" || kind === "average";
}

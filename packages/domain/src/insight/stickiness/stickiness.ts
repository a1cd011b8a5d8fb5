import type { EventSelector } from "../../conditions/condition.ts";
import { ok, type Result } from "../../result.ts";
import type { Calendar, IntervalUnit } from "../time/calendar.ts";
import { intervalCount, intervalLabels, intervalsOf, tooMany, type IntervalLabel, type Intervals } from "../time/intervals.ts";
import { resolvePeriod, type AskedPeriod } from "../time/period.ts";

/** A question of stickiness: in how many different intervals of the period people were active; the period is told in whole intervals. */
export type StickinessQuery = { readonly period: AskedPeriod; readonly interval: IntervalUnit; readonly event: EventSelector };
export type StickinessPlan = { readonly intervals: Intervals };

/** A person's intervals are kept as the bits of one number. */
export const STICKINESS_INTERVALS_MAX = 256;

/** Reads a question. Faults: `insight.period_invalid`, `insight.too_many_intervals`. */
export function planStickiness(query: StickinessQuery, calendar: Calendar, nowMs: number): Result<StickinessPlan> {
  const period = resolvePeriod(query.period, calendar, nowMs);
  if (!period.ok) return period;
  const intervals = intervalsOf(period.value, query.interval, calendar, "whole");
  if (!intervals.ok) return intervals;
  return intervalCount(intervals.value) > STICKINESS_INTERVALS_MAX ? tooMany(STICKINESS_INTERVALS_MAX) : ok({ intervals: intervals.value });
}

/** People active in exactly, and in at least, so many intervals. */
export type StickinessRow = {
  readonly activeIntervals: number;
  readonly people: number;
  readonly share: number;
  readonly atLeast: number;
  readonly atLeastShare: number;
};
export type StickinessAnswer = {
  readonly intervals: IntervalLabel[];
  readonly people: number;
  /** Active intervals of the average person; null without people. */
  readonly mean: number | null;
  readonly rows: StickinessRow[];
};

/** The answer: a row per number of intervals from 1 to all. `counts` holds people by active intervals. */
export function shapeStickiness(
  plan: StickinessPlan,
  counts: ReadonlyMap<number, number>,
  calendar: Calendar,
  nowMs: number,
): StickinessAnswer {
  const all = intervalCount(plan.intervals);
  const people = [...counts.values()].reduce((sum, each) => sum + each, 0);
  const active = [...counts].reduce((sum, [intervals, each]) => sum + intervals * each, 0);
  let before = 0;
  const rows = Array.from({ length: all }, (_, index) => {
    const exactly = counts.get(index + 1) ?? 0;
    const atLeast = people - before;
    before += exactly;
    return {
      activeIntervals: index + 1,
      people: exactly,
      share: shareOf(exactly, people),
      atLeast,
      atLeastShare: shareOf(atLeast, people),
    };
  });
  return { intervals: intervalLabels(plan.intervals, calendar, nowMs), people, mean: people === 0 ? null : active / people, rows };
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

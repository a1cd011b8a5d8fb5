import { ok, type Result } from "../../result.ts";
import type { Calendar, IntervalUnit } from "../time/calendar.ts";
import { intervalCount, intervalsOf, moreIntervals, tooMany, type Intervals } from "../time/intervals.ts";
import { resolvePeriod, type AskedPeriod } from "../time/period.ts";

/** What puts a person into a cohort: their first order, their registration, or whatever they did first. Always the first one ever. */
export const COHORT_STARTS = ["first_order", "registration", "first_seen"] as const;
export type CohortStart = (typeof COHORT_STARTS)[number];
export const LTV_UNITS = ["day", "week", "month", "quarter"] as const satisfies readonly IntervalUnit[];

/** The interval of an order stands in eight bits of a number. */
export const LTV_INTERVALS_MAX = 256;

/** Which cohorts, and how long each is followed: `intervals` of everything looked at, the first `cohorts` of which people may start in. */
export type LtvPlan = { readonly intervals: Intervals; readonly cohorts: number; readonly follow: number | undefined };

/** Reads a question. Faults: `insight.period_invalid`, `insight.too_many_intervals`. */
export function planLtv(
  query: { readonly period: AskedPeriod; readonly interval: (typeof LTV_UNITS)[number]; readonly follow?: number | undefined },
  calendar: Calendar,
  nowMs: number,
): Result<LtvPlan> {
  const period = resolvePeriod(query.period, calendar, nowMs);
  if (!period.ok) return period;
  const starting = intervalsOf(period.value, query.interval, calendar, "whole");
  if (!starting.ok) return starting;
  const cohorts = intervalCount(starting.value);
  const { follow } = query;
  if (cohorts + (follow ?? 0) > LTV_INTERVALS_MAX) return tooMany(LTV_INTERVALS_MAX);
  return ok({
    intervals: follow === undefined ? starting.value : moreIntervals(starting.value, follow, calendar),
    cohorts,
    follow,
  });
}

/** How many ages (intervals since the cohort's own, which is age 0) are looked at at most. */
export function ageCount({ cohorts, follow }: LtvPlan): number {
  return (follow ?? cohorts - 1) + 1;
}

/** How many ages a cohort has. */
export function agesOf(plan: LtvPlan, cohort: number): number {
  return plan.follow === undefined ? plan.cohorts - cohort : plan.follow + 1;
}

/** How far ahead is told unless someone says so: a year, or what can be learned of days within reach. Intervals, the cohort's own among them. */
export const LTV_HORIZONS: Readonly<Record<(typeof LTV_UNITS)[number], number>> = { day: 90, week: 52, month: 12, quarter: 4 };

/** Older cohorts than those asked for that are learned from, besides as many as the horizon is long. */
const LEARNED = 36;

/** The cohorts to learn from: those of all intervals that are over, from well before the ones asked for, each followed up to now. */
export function learningPlan({ intervals }: LtvPlan, horizon: number, calendar: Calendar, nowMs: number): Result<LtvPlan> {
  const [fromMs = 0] = moreIntervals(intervals, -(horizon + LEARNED), calendar).bounds;
  const all = intervalsOf({ fromMs, toMs: Math.max(nowMs, fromMs + 1) }, intervals.unit, calendar, "whole");
  if (!all.ok) return all;
  const bounds = all.value.bounds.filter((bound) => bound <= nowMs).slice(-LTV_INTERVALS_MAX - 1);
  return ok({ intervals: { unit: intervals.unit, bounds }, cohorts: Math.max(0, bounds.length - 1), follow: undefined });
}

import type { EventSelector } from "../../conditions/condition.ts";
import { ok, type Result } from "../../result.ts";
import type { Calendar, IntervalUnit } from "../time/calendar.ts";
import {
  intervalCount,
  intervalLabels,
  intervalsOf,
  moreIntervals,
  tooMany,
  type IntervalLabel,
  type Intervals,
} from "../time/intervals.ts";
import { resolvePeriod, type AskedPeriod } from "../time/period.ts";

/**
 * What a person is in an interval: new (their first event ever lies in it), returning (active in it and in the one before), resurrecting
 * (active in it and earlier, but not in the one before), dormant (active in the one before, but not in it).
 */
export const LIFECYCLE_STATES = ["new", "returning", "resurrecting", "dormant"] as const;
export type LifecycleState = (typeof LIFECYCLE_STATES)[number];

/** A question of lifecycle; the period is told in whole intervals. */
export type LifecycleQuery = { readonly period: AskedPeriod; readonly interval: IntervalUnit; readonly event: EventSelector };

/** What to read: the interval before the first one asked for comes in front of them. */
export type LifecyclePlan = { readonly intervals: Intervals };

/** A person's intervals are kept as the bits of one number, the one before the first among them. */
export const LIFECYCLE_INTERVALS_MAX = 255;

/** Reads a question. Faults: `insight.period_invalid`, `insight.too_many_intervals`. */
export function planLifecycle(query: LifecycleQuery, calendar: Calendar, nowMs: number): Result<LifecyclePlan> {
  const period = resolvePeriod(query.period, calendar, nowMs);
  if (!period.ok) return period;
  const intervals = intervalsOf(period.value, query.interval, calendar, "whole");
  if (!intervals.ok) return intervals;
  if (intervalCount(intervals.value) > LIFECYCLE_INTERVALS_MAX) return tooMany(LIFECYCLE_INTERVALS_MAX);
  return ok({ intervals: moreIntervals(intervals.value, -1, calendar) });
}

/** People per interval asked for, by state. */
export type LifecycleCounts = Readonly<Record<LifecycleState, readonly number[]>>;
export type LifecycleAnswer = {
  readonly intervals: IntervalLabel[];
  /** The dormant are counted below zero, as they are drawn. */
  readonly states: Readonly<Record<LifecycleState, number[]>>;
};

/** The answer, an entry per interval asked for. */
export function shapeLifecycle(
  plan: LifecyclePlan,
  counts: LifecycleCounts | undefined,
  calendar: Calendar,
  nowMs: number,
): LifecycleAnswer {
  const intervals = intervalLabels(plan.intervals, calendar, nowMs).slice(1);
  const filled = (state: LifecycleState): number[] => intervals.map((_, index) => counts?.[state][index] ?? 0);
  return {
    intervals,
    states: {
      new: filled("new"),
      returning: filled("returning"),
      resurrecting: filled("resurrecting"),
      // 0 less than nothing would be -0.
      dormant: filled("dormant").map((people) => 0 - people),
    },
  };
}

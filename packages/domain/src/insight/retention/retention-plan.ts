import type { EventSelector } from "../../conditions/condition.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Calendar, IntervalUnit } from "../time/calendar.ts";
import { intervalCount, intervalsOf, moreIntervals, tooMany, type Intervals } from "../time/intervals.ts";
import { resolvePeriod, type AskedPeriod } from "../time/period.ts";

export const RETENTION_KINDS = ["first_time", "recurring"] as const;
export const RETENTION_MODES = ["exact", "on_or_after", "brackets"] as const;
export type RetentionMode = (typeof RETENTION_MODES)[number];

/** Distances from the cohort's interval, both counting; `last` null is without end. */
export type Distances = { readonly first: number; readonly last: number | null };

/** A question of retention. */
export type RetentionQuery = {
  /** When people have to start; told in whole intervals. */
  readonly period: AskedPeriod;
  readonly interval: IntervalUnit;
  readonly start: EventSelector;
  readonly return: EventSelector;
  /** A person starts in the interval of their first such event ever, or in every one in which they have one. */
  readonly kind: (typeof RETENTION_KINDS)[number];
  readonly mode: RetentionMode;
  /** Only with `mode` brackets. */
  readonly brackets?: readonly { readonly first: number; readonly last: number }[] | undefined;
  /** So many intervals each cohort is followed, also beyond the period; without it up to the period's end. */
  readonly follow?: number | undefined;
};

/** What to read: `intervals` of everything looked at, the first `cohorts` of which people may start in, and the columns to answer with. */
export type RetentionPlan = {
  readonly intervals: Intervals;
  readonly cohorts: number;
  readonly follow: number | undefined;
  /** The first is the start itself. */
  readonly columns: readonly Distances[];
};

/** A person's intervals are kept as the bits of one number. */
export const RETENTION_INTERVALS_MAX = 256;
export const BRACKETS_MAX = 30;

/** Reads a question. Faults: `insight.period_invalid`, `insight.too_many_intervals`, `insight.brackets_invalid`. */
export function planRetention(query: RetentionQuery, calendar: Calendar, nowMs: number): Result<RetentionPlan> {
  const period = resolvePeriod(query.period, calendar, nowMs);
  if (!period.ok) return period;
  const starting = intervalsOf(period.value, query.interval, calendar, "whole");
  if (!starting.ok) return starting;
  const cohorts = intervalCount(starting.value);
  const { follow } = query;
  if (cohorts + (follow ?? 0) > RETENTION_INTERVALS_MAX) return tooMany(RETENTION_INTERVALS_MAX);
  const columns = columnsOf(query, follow ?? cohorts - 1);
  if (!columns.ok) return columns;
  const intervals = follow === undefined ? starting.value : moreIntervals(starting.value, follow, calendar);
  return ok({ intervals, cohorts, follow, columns: [{ first: 0, last: 0 }, ...columns.value] });
}

/** Whether a cohort has a column: it begins before the end of what is looked at. */
export function hasCell({ intervals, follow }: RetentionPlan, cohort: number, { first }: Distances): boolean {
  return follow !== undefined || cohort + first < intervalCount(intervals);
}

/** The intervals a cell is about as positions in the plan, half-open; `to` may lie beyond what is looked at. */
export function cellSpan(
  { intervals }: RetentionPlan,
  cohort: number,
  { first, last }: Distances,
): { readonly from: number; readonly to: number } {
  return { from: cohort + first, to: last === null ? intervalCount(intervals) : cohort + last + 1 };
}

function columnsOf({ mode, brackets }: RetentionQuery, farthest: number): Result<readonly Distances[]> {
  if (mode === "brackets") return readBrackets(brackets ?? [], farthest);
  if (brackets !== undefined) return badBrackets("brackets", "Leave the brackets out, or choose the mode brackets");
  return ok(Array.from({ length: farthest }, (_, index) => ({ first: index + 1, last: mode === "exact" ? index + 1 : null })));
}

function readBrackets(
  brackets: readonly { readonly first: number; readonly last: number }[],
  farthest: number,
): Result<readonly Distances[]> {
  if (brackets.length === 0) return badBrackets("brackets", "Name at least one bracket, for example first 1, last 7");
  let before = 0;
  for (const [index, { first, last }] of brackets.entries()) {
    if (first <= before) return badBrackets(`brackets.${index}.first`, `Begin after ${before}: brackets are in order and do not overlap`);
    if (last < first) return badBrackets(`brackets.${index}.last`, `End at ${first} or later`);
    before = last;
  }
  const reached = brackets.filter(({ first }) => first <= farthest);
  if (reached.length === 0)
    return badBrackets("brackets.0.first", `No cohort is followed so far; begin at ${farthest} at most, or choose a longer period`);
  return ok(reached);
}

function badBrackets(field: string, mend: string): Result<never> {
  return fail("insight.brackets_invalid", { field, mend });
}

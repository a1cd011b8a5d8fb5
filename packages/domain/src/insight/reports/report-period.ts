import { dayOfIso, isoDay, zoneClock } from "../../time/zoned-time.ts";
import { addUnits, dayOf, dayStart, firstDayOf, type Calendar, type DayUnit } from "../time/calendar.ts";

/** Reports by the length of what they tell of. */
export const REPORT_KINDS = ["daily", "weekly", "monthly", "quarterly", "yearly"] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** Local dates: from the first up to and without the second. */
export type DateSpan = { readonly from: string; readonly to: string };

export const UNIT_OF: Readonly<Record<ReportKind, DayUnit>> = {
  daily: "day",
  weekly: "week",
  monthly: "month",
  quarterly: "quarter",
  yearly: "year",
};
/** In which steps a report draws its period; a day is drawn among the days before it. */
export const STEP_OF: Readonly<Record<ReportKind, DayUnit>> = {
  daily: "day",
  weekly: "day",
  monthly: "day",
  quarterly: "week",
  yearly: "month",
};
/** So many of its units before it (itself among them) tell what is usual for a report. */
export const HISTORY_OF: Readonly<Record<ReportKind, number>> = { daily: 63, weekly: 26, monthly: 13, quarterly: 9, yearly: 4 };
/** In which steps what comes next is reckoned: there are too few years to learn from, so the next one is told by its months. */
export const OUTLOOK_OF: Readonly<Record<ReportKind, { readonly step: DayUnit; readonly history: number; readonly ahead: number }>> = {
  daily: { step: "day", history: HISTORY_OF.daily, ahead: 1 },
  weekly: { step: "week", history: HISTORY_OF.weekly, ahead: 1 },
  monthly: { step: "month", history: HISTORY_OF.monthly, ahead: 1 },
  quarterly: { step: "quarter", history: HISTORY_OF.quarterly, ahead: 1 },
  yearly: { step: "month", history: 60, ahead: 12 },
};
/** The days from which a report learns what comes next. */
export function outlookHistory(kind: ReportKind, { to }: DateSpan): DateSpan {
  const { step, history } = OUTLOOK_OF[kind];
  const end = dayOfIso(to) ?? 0;
  return spanOf(addUnits(end, step, -history), end);
}
/** So many units before is the same time of last year; for days and weeks the same day of the week. A year has only the one before it. */
const LAST_YEAR: Readonly<Record<ReportKind, number | undefined>> = {
  daily: 364,
  weekly: 52,
  monthly: 12,
  quarterly: 4,
  yearly: undefined,
};

/** No report tells of a time before there was anything to tell. */
const FIRST_DAY = "2000-01-01";

/** The period of a kind that a local date is in; undefined when it is no date, or one before the year 2000. */
export function periodAround(kind: ReportKind, date: string): DateSpan | undefined {
  const day = dayOfIso(date);
  if (day === undefined || date < FIRST_DAY) return undefined;
  const unit = UNIT_OF[kind];
  const first = firstDayOf(day, unit, "monday");
  return spanOf(first, addUnits(first, unit, 1));
}

/** The period so many units of its kind before another one. */
export function periodBefore(kind: ReportKind, { from }: DateSpan, units: number): DateSpan {
  const unit = UNIT_OF[kind];
  const first = addUnits(dayOfIso(from) ?? 0, unit, -units);
  return spanOf(first, addUnits(first, unit, 1));
}

/** Days around something that was done: those after it up to the end of the period, four weeks at most, and as many of the same weekdays before it. */
export function daysAround(date: string, periodTo: string): { readonly before: DateSpan; readonly after: DateSpan } | undefined {
  const [day, end] = [dayOfIso(date), dayOfIso(periodTo)];
  if (day === undefined || end === undefined || day >= end) return undefined;
  const left = Math.min(EFFECT_DAYS_MAX, end - day);
  const days = left < WEEK ? left : left - (left % WEEK);
  const back = Math.max(WEEK, days);
  return { before: spanOf(day - back, day - back + days), after: spanOf(day, day + days) };
}

const WEEK = 7;
const EFFECT_DAYS_MAX = 28;

/** The same time of last year, where that is not the period before. */
export function lastYearOf(kind: ReportKind, period: DateSpan): DateSpan | undefined {
  const units = LAST_YEAR[kind];
  return units === undefined ? undefined : periodBefore(kind, period, units);
}

/** The last period of a kind that was over, and settled for so long, at an instant. */
export function lastSettled(kind: ReportKind, calendar: Calendar, at: { readonly nowMs: number; readonly settleMs: number }): DateSpan {
  const today = dayOf(at.nowMs - at.settleMs, zoneClock(calendar.zone));
  const unit = UNIT_OF[kind];
  const end = firstDayOf(today, unit, "monday");
  return spanOf(addUnits(end, unit, -1), end);
}

/** The instants of a period in a zone. */
export function instantsOf({ from, to }: DateSpan, calendar: Calendar): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: dayStart(dayOfIso(from) ?? 0, calendar), toMs: dayStart(dayOfIso(to) ?? 0, calendar) };
}

function spanOf(first: number, end: number): DateSpan {
  return { from: isoDay(first), to: isoDay(end) };
}

import { civilFromDays, dayAt, daysFromCivil, startOfDay, zoneClock, type ZoneClock } from "../../time/zoned-time.ts";

/** The lengths of interval an analysis can be told in. */
export const INTERVAL_UNITS = ["hour", "day", "week", "month", "quarter", "year"] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];
/** Units made of whole local days. */
export type DayUnit = Exclude<IntervalUnit, "hour">;

export const WEEK_STARTS = ["monday", "sunday"] as const;
export type WeekStart = (typeof WEEK_STARTS)[number];

/** Whose days: an IANA zone, and the day its weeks begin with. */
export type Calendar = { readonly zone: string; readonly weekStart: WeekStart };

/** A span of time, Unix ms, half-open. */
export type Period = { readonly fromMs: number; readonly toMs: number };

export const HOUR_MS = 3_600_000;
const MONTHS: Readonly<Record<"month" | "quarter" | "year", number>> = { month: 1, quarter: 3, year: 12 };
/** 1970-01-01 was a Thursday: so many days after a week's first day. */
const THURSDAY: Readonly<Record<WeekStart, number>> = { monday: 3, sunday: 4 };

/** The first day of the unit that a day (days since 1970-01-01) is in. */
export function firstDayOf(day: number, unit: DayUnit, weekStart: WeekStart): number {
  if (unit === "day") return day;
  if (unit === "week") return day - ((((day + THURSDAY[weekStart]) % 7) + 7) % 7);
  const { year, month } = civilFromDays(day);
  return daysFromCivil(year, month - ((month - 1) % MONTHS[unit]), 1);
}

/** The first day of the unit `count` units after the one that begins on `day`. */
export function addUnits(day: number, unit: DayUnit, count: number): number {
  if (unit === "day") return day + count;
  if (unit === "week") return day + 7 * count;
  const { year, month } = civilFromDays(day);
  const months = year * 12 + (month - 1) + count * MONTHS[unit];
  return daysFromCivil(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1);
}

/** The instant a local day begins. */
export function dayStart(day: number, calendar: Calendar): number {
  return startOfDay(day, zoneClock(calendar.zone));
}

/** The day that an instant belongs to: the last one begun. Where clocks are set back over midnight this is the later of the two dates. */
export function dayOf(ms: number, clock: ZoneClock): number {
  const local = dayAt(ms, clock);
  return startOfDay(local + 1, clock) <= ms ? local + 1 : local;
}

/** The hour that an instant is in, Unix ms: hours are counted from the beginning of its local day, so that a day has 23, 24 or 25 of them. */
export function hourStart(ms: number, calendar: Calendar): number {
  const clock = zoneClock(calendar.zone);
  const start = startOfDay(dayOf(ms, clock), clock);
  return start + Math.floor((ms - start) / HOUR_MS) * HOUR_MS;
}

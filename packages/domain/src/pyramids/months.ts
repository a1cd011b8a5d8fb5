import { dayOf, type Period } from "../insight/time/calendar.ts";
import { civilFromDays, daysFromCivil, startOfDay, zoneClock } from "../time/zoned-time.ts";

const HOUR_MS = 3_600_000;
/** What comes a little late is still in the month that is reviewed. */
const REVIEW_AFTER_MS = HOUR_MS;

/** A calendar month as a number: the months since year 0, so that one after another differ by 1. */
export type Month = number;

/** The month of an instant in a zone. */
export function monthOf(ms: number, zone: string): Month {
  const { year, month } = civilFromDays(dayOf(ms, zoneClock(zone)));
  return year * 12 + month - 1;
}

/** `2026-03` of a month. */
export function monthText(month: Month): string {
  return `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}

/** The instants of a month, half-open, Unix ms. */
export function monthPeriod(month: Month, zone: string): Period {
  return { fromMs: dayIn(month, 1, zone), toMs: dayIn(month + 1, 1, zone) };
}

/** When a month is reviewed: an hour after the beginning of a day of the month after it. */
export function reviewAt(month: Month, reviewDay: number, zone: string): number {
  return dayIn(month + 1, reviewDay, zone) + REVIEW_AFTER_MS;
}

/** The last month whose review is due, which may have been reviewed already. */
export function lastDueMonth(nowMs: number, reviewDay: number, zone: string): Month {
  const before = monthOf(nowMs, zone) - 1;
  return reviewAt(before, reviewDay, zone) <= nowMs ? before : before - 1;
}

/** When a grace of some whole local days ends that begins with an instant: none is at once. */
export function graceEnd(fromMs: number, days: number, zone: string): number {
  if (days === 0) return fromMs;
  const clock = zoneClock(zone);
  return startOfDay(dayOf(fromMs, clock) + days + 1, clock);
}

function dayIn(month: Month, day: number, zone: string): number {
  return startOfDay(daysFromCivil(Math.floor(month / 12), (month % 12) + 1, day), zoneClock(zone));
}

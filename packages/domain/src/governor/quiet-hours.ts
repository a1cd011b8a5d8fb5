import type { ZoneClock } from "../time/zoned-time.ts";
import type { QuietDays, QuietHours } from "./rules.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Clocks change on no finer step. */
const STEP_MS = 900_000;
/** 1970-01-01 was a Thursday, the fourth day of its week. */
const WEEKDAY_OF_DAY_0 = 3;

/** The clock and the days off that quiet hours are read by; days are counted from 1970-01-01. */
export type PersonDays = { readonly clock: ZoneClock; readonly isDayOff: (day: number) => boolean };

/** The day of the week, Monday being 1. */
export function weekdayOf(day: number): number {
  return ((((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7) + 1;
}

/** Whether an instant lies in quiet hours of a person. */
export function isQuiet(rule: QuietHours, atMs: number, days: PersonDays): boolean {
  return quietUntilLocal(rule, atMs + days.clock(atMs), days) !== undefined;
}

/**
 * The earliest instant from `atMs` on that does not lie in quiet hours; undefined when there is none before `untilMs`. Between two changes of the clock quiet hours
 * are an interval; at a change it is looked anew what the clock reads, so that the answer is an instant that exists, at which the clock reads a time that is not quiet.
 */
export function quietEnds(rule: QuietHours, atMs: number, days: PersonDays, untilMs: number): number | undefined {
  let at = atMs;
  while (at < untilMs) {
    const offset = days.clock(at);
    const untilLocal = quietUntilLocal(rule, at + offset, days);
    if (untilLocal === undefined) return at;
    at = changeOfClock(at, untilLocal - offset, days.clock);
  }
  return undefined;
}

/** Until when the quiet hours last in which a local time (as if it were UTC) lies; undefined when it lies in none. */
function quietUntilLocal(rule: QuietHours, localMs: number, { isDayOff }: PersonDays): number | undefined {
  const { fromMinute, toMinute, days } = rule;
  const day = Math.floor(localMs / DAY_MS);
  const minute = (localMs - day * DAY_MS) / MINUTE_MS;
  const overMidnight = toMinute <= fromMinute;
  if (minute >= fromMinute && (overMidnight || minute < toMinute) && isOn(days, day, isDayOff))
    return (day + (overMidnight ? 1 : 0)) * DAY_MS + toMinute * MINUTE_MS;
  if (overMidnight && minute < toMinute && isOn(days, day - 1, isDayOff)) return day * DAY_MS + toMinute * MINUTE_MS;
  return undefined;
}

function isOn(days: QuietDays, day: number, isDayOff: PersonDays["isDayOff"]): boolean {
  if (days === "every_day") return true;
  if (days === "workdays") return !isDayOff(day);
  if (days === "days_off") return isDayOff(day);
  return days.includes(weekdayOf(day));
}

/** The first instant after `fromMs` at which the clock jumps, or `toMs`, at most a day later, when it does not before. No clock is set and set back within a day. */
function changeOfClock(fromMs: number, toMs: number, clock: ZoneClock): number {
  const offset = clock(fromMs);
  if (clock(toMs) === offset) return toMs;
  for (let at = (Math.floor(fromMs / STEP_MS) + 1) * STEP_MS; at < toMs; at += STEP_MS) if (clock(at) !== offset) return at;
  return toMs;
}

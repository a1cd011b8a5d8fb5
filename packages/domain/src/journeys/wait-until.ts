import { weekdayOf } from "../governor/quiet-hours.ts";
import { dayAt, instantOfLocal, zoneClock } from "../time/zoned-time.ts";
import type { TimeOfDay, WaitLength } from "./journey-definition.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** When a wait is over that begins at an instant: minutes and hours are exact, days and weeks keep the local time of the zone. */
export function afterWait(fromMs: number, { amount, unit }: WaitLength, zone: string): number {
  if (unit === "minute") return fromMs + amount * MINUTE_MS;
  if (unit === "hour") return fromMs + amount * HOUR_MS;
  const clock = zoneClock(zone);
  const days = unit === "week" ? amount * 7 : amount;
  return instantOfLocal(fromMs + clock(fromMs) + days * DAY_MS, clock);
}

type NextTime = {
  readonly at: TimeOfDay;
  /** 1 is Monday; empty: any day. */
  readonly weekdays: readonly number[];
  readonly zone: string;
  /** The instant from which on it is looked for does not count itself. */
  readonly strictly: boolean;
};

/** The next instant at which the zone's clock shows a time, on one of some days of the week. A time that is skipped is met when the gap is over; one that comes twice, the first time. */
export function nextTime(fromMs: number, { at, weekdays, zone, strictly }: NextTime): number {
  const clock = zoneClock(zone);
  const today = dayAt(fromMs, clock);
  // Two weeks hold every day of the week twice, so that one that is over today is met again.
  for (let day = today; day <= today + 14; day += 1) {
    if (weekdays.length > 0 && !weekdays.includes(weekdayOf(day))) continue;
    const instant = instantOfLocal(day * DAY_MS + msOfDay(at), clock);
    if (strictly ? instant > fromMs : instant >= fromMs) return instant;
  }
  throw new RangeError("a time of the day comes within two weeks");
}

/** Milliseconds since midnight of `HH:MM`. */
export function msOfDay(at: TimeOfDay): number {
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  return hours * HOUR_MS + minutes * MINUTE_MS;
}

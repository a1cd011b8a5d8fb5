import { dayAt, dayOfIso, startOfDay, zoneClock } from "../time/zoned-time.ts";
import type { Within } from "./condition.ts";

/** Unix ms, half-open. */
export type Span = { readonly fromMs: number; readonly toMs: number };

/** The instants that "within" means: whole days of the zone, the last of them today when days are counted. */
export function spanOf(within: Within, nowMs: number, zone: string): Span {
  const clock = zoneClock(zone);
  if ("days" in within) {
    const today = dayAt(nowMs, clock);
    return { fromMs: startOfDay(today - within.days + 1, clock), toMs: startOfDay(today + 1, clock) };
  }
  return { fromMs: startOfDay(dayNumber(within.from), clock), toMs: startOfDay(dayNumber(within.to), clock) };
}

function dayNumber(date: string): number {
  const day = dayOfIso(date);
  if (day === undefined) throw new TypeError(`${date} is no date; conditions are read before they are used`);
  return day;
}

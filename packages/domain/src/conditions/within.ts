import { dayAt, dayOfIso, startOfDay, zoneClock, type ZoneClock } from "../time/zoned-time.ts";
import type { Within } from "./condition.ts";

/** Unix ms, half-open. */
export type Span = { readonly fromMs: number; readonly toMs: number };

/** Whether an instant lies in a span. */
export function isDuring(timeMs: number, { fromMs, toMs }: Span): boolean {
  return timeMs >= fromMs && timeMs < toMs;
}

const HOUR_MS = 3_600_000;

/** The instants that "within" means now. */
export function spanOf(within: Within, nowMs: number, zone: string): Span {
  // What happened counts from its very instant on, until so many hours are over.
  if ("hours" in within) return { fromMs: nowMs - within.hours * HOUR_MS + 1, toMs: nowMs + 1 };
  const clock = zoneClock(zone);
  const { first, last } = daysOf(within, nowMs, clock);
  return { fromMs: startOfDay(first, clock), toMs: startOfDay(last + 1, clock) };
}

/**
 * The other way round: the instants from which on, and up to and without which, something that happened at `timeMs` is within. Between two of them
 * nothing changes unless something happens. Undefined for what never is; fixed dates are for ever.
 */
export function whileWithin(within: Within, timeMs: number, zone: string): Span | undefined {
  if ("hours" in within) return { fromMs: timeMs, toMs: timeMs + within.hours * HOUR_MS };
  const clock = zoneClock(zone);
  const day = dayAt(timeMs, clock);
  if ("from" in within)
    return day >= dayNumber(within.from) && day < dayNumber(within.to) ? { fromMs: -Infinity, toMs: Infinity } : undefined;
  const [near, far] = daysAgoOf(within);
  return { fromMs: startOfDay(day + near, clock), toMs: startOfDay(day + far + 1, clock) };
}

function daysOf(within: Exclude<Within, { readonly hours: number }>, nowMs: number, clock: ZoneClock) {
  if ("from" in within) return { first: dayNumber(within.from), last: dayNumber(within.to) - 1 };
  const [near, far] = daysAgoOf(within);
  const today = dayAt(nowMs, clock);
  return { first: today - far, last: today - near };
}

function daysAgoOf(within: { readonly days: number } | { readonly daysAgo: readonly [number, number] }): readonly [number, number] {
  return "days" in within ? [0, within.days - 1] : within.daysAgo;
}

function dayNumber(date: string): number {
  const day = dayOfIso(date);
  if (day === undefined) throw new TypeError(`${date} is no date; conditions are read before they are used`);
  return day;
}

import { msOfDay } from "../journeys/wait-until.ts";
import { weekdayOf } from "../governor/quiet-hours.ts";
import { zoneClock } from "../time/zoned-time.ts";
import type { SendWindow } from "./broadcast.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A day of the week may miss the window once, when the clock skips it. */
const LOOKED_FOR_MS = 15 * DAY_MS;
/** After a pause no more than what this long allows goes at once. */
const BURST_MS = 5_000;

/**
 * The first instant from `atMs` on that lies in a window: now, or the beginning of a minute, as windows and changes of clocks begin with one. It is looked for
 * minute by minute, so that whatever a clock does is met.
 */
export function opensAt(window: SendWindow | null, atMs: number, zone: string): number {
  if (window === null || isOpen(window, atMs, zone)) return atMs;
  let at = (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS;
  while (at < atMs + LOOKED_FOR_MS && !isOpen(window, at, zone)) at += MINUTE_MS;
  return at;
}

function isOpen({ from, to, weekdays }: SendWindow, atMs: number, zone: string): boolean {
  const localMs = atMs + zoneClock(zone)(atMs);
  const day = Math.floor(localMs / DAY_MS);
  const ofDay = localMs - day * DAY_MS;
  return ofDay >= msOfDay(from) && ofDay < msOfDay(to) && (weekdays.length === 0 || weekdays.includes(weekdayOf(day)));
}

export type Paced = {
  /** How many may go now. */
  readonly count: number;
  /** From when on the pace counts when they have gone. */
  readonly fromMs: number;
};

/**
 * How many may go at an instant when none went since `fromMs` (null: none ever did): at a rate of `perMinute`, over any length of time at most what it allows
 * and what goes at once after a pause.
 */
export function paced(perMinute: number | null, { fromMs, nowMs, most }: { fromMs: number | null; nowMs: number; most: number }): Paced {
  if (perMinute === null) return { count: most, fromMs: nowMs };
  const eachMs = MINUTE_MS / perMinute;
  const since = Math.max(fromMs ?? nowMs - eachMs, nowMs - Math.max(BURST_MS, eachMs));
  const count = Math.max(0, Math.min(most, Math.floor((nowMs - since) / eachMs)));
  return { count, fromMs: since + count * eachMs };
}

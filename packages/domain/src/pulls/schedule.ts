import { dayAt, instantOfLocal, zoneClock } from "../time/zoned-time.ts";

/** When something is done by itself: every so many minutes, or daily at a time of the workspace's day. */
export type PullSchedule = { readonly everyMinutes: number } | { readonly dailyAt: string };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** After the first, second and third failure in a row; then the schedule says when. */
const RETRY_AFTER_MINUTES = [2, 10, 30];

/** The first time after `afterMs` (Unix ms) that a schedule names. A daily time that a clock change skips is moved forward by the gap. */
export function nextRunMs(schedule: PullSchedule, zone: string, afterMs: number): number {
  if ("everyMinutes" in schedule) return afterMs + schedule.everyMinutes * MINUTE_MS;
  const clock = zoneClock(zone);
  const [hours = 0, minutes = 0] = schedule.dailyAt.split(":").map(Number);
  const ofDay = (day: number): number => instantOfLocal(day * DAY_MS + (hours * 60 + minutes) * MINUTE_MS, clock);
  const today = dayAt(afterMs, clock);
  // On the day a clock is set back the time may be past and come again.
  return [today, today + 1, today + 2].map(ofDay).find((at) => at > afterMs) ?? afterMs + DAY_MS;
}

/** How long after its failure a run is tried again out of turn; undefined when it failed too often in a row. */
export function retryAfterMs(failuresInRow: number): number | undefined {
  const minutes = RETRY_AFTER_MINUTES[failuresInRow - 1];
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

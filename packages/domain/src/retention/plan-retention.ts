import { dayAt, startOfDay, zoneClock } from "../time/zoned-time.ts";

/** For how many days events are kept: `event` "" = those without a rule of their own, `days` null = for good. */
export type RetentionRule = { readonly event: string; readonly days: number | null };

/** Events of a name before `cutoffMs` are expired. `event` "" = every name but those in `except`. */
export type RetentionWindow = {
  readonly event: string;
  readonly except: readonly string[];
  readonly days: number;
  readonly cutoffMs: number;
};

/**
 * What is expired at an instant. A rule of n days keeps the running day of the zone and the n days before it, whole: kept is the half-open
 * window from the start of that first day on, expired is everything before.
 */
export function planRetention(rules: readonly RetentionRule[], nowMs: number, zone: string): readonly RetentionWindow[] {
  const clock = zoneClock(zone);
  const today = dayAt(nowMs, clock);
  const own = rules.flatMap(({ event }) => (event === "" ? [] : [event])).toSorted();
  return rules.flatMap(({ event, days }) =>
    days === null ? [] : [{ event, except: event === "" ? own : [], days, cutoffMs: startOfDay(today - days, clock) }],
  );
}

/** The window that an event of a name falls under; undefined when it is kept for good. */
export function windowOf(windows: readonly RetentionWindow[], event: string): RetentionWindow | undefined {
  return (
    windows.find((window) => window.event === event && event !== "") ??
    windows.find((window) => window.event === "" && !window.except.includes(event))
  );
}

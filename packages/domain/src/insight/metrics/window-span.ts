import { dayAt, zoneClock } from "../../time/zoned-time.ts";
import { dayOf, dayStart, firstDayOf, type Calendar, type Period } from "../time/calendar.ts";
import type { Window } from "./metric.ts";

/** A span of time whose beginning may be that of everything. Unix ms, half-open. */
export type Span = { readonly fromMs: number | null; readonly toMs: number };

/** The span that a window has at an interval. */
export function windowSpan(window: Window<number>, { fromMs, toMs }: Period, calendar: Calendar): Span {
  if (window === "interval") return { fromMs, toMs };
  if (window === "until_end") return { fromMs: null, toMs };
  if (window === "until_start") return { fromMs: null, toMs: fromMs };
  const clock = zoneClock(calendar.zone);
  if ("before" in window) return { fromMs: dayStart(dayOf(fromMs, clock) - window.before, calendar), toMs: fromMs };
  const lastDay = dayOf(toMs - 1, clock);
  if ("trailing" in window) return { fromMs: dayStart(lastDay + 1 - window.trailing, calendar), toMs };
  return { fromMs: dayStart(firstDayOf(lastDay, window.calendar, calendar.weekStart), calendar), toMs };
}

/** An interval as far as it has come: one that is going on ends with today, so that nobody is silent in days that lie ahead. */
export function upToToday({ fromMs, toMs }: Period, calendar: Calendar, nowMs: number): Period {
  const tomorrowMs = dayStart(dayAt(nowMs, zoneClock(calendar.zone)) + 1, calendar);
  return fromMs < tomorrowMs && toMs > tomorrowMs ? { fromMs, toMs: tomorrowMs } : { fromMs, toMs };
}

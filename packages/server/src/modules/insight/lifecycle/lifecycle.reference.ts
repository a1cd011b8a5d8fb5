import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import type { LifecycleState } from "@terrace/domain/insight/lifecycle/lifecycle";
import { intervalOrdinal, type ReferenceCalendar, type ReferenceEvent } from "../time/local-interval.reference.ts";

/** People per interval and state, person by person. */
export function referenceLifecycle(
  events: readonly ReferenceEvent[],
  query: { readonly firstMs: number; readonly intervals: number; readonly unit: IntervalUnit; readonly event: string | null },
  calendar: ReferenceCalendar,
): Record<LifecycleState, number[]> {
  const first = intervalOrdinal(query.firstMs, query.unit, calendar);
  const empty = (): number[] => Array.from({ length: query.intervals }, () => 0);
  const counts = { new: empty(), returning: empty(), resurrecting: empty(), dormant: empty() };
  const meant = events.filter(({ name }) => query.event === null || name === query.event);
  for (const person of new Set(meant.map((event) => event.person))) {
    const active = meant
      .filter((event) => event.person === person)
      .map(({ timeMs }) => intervalOrdinal(timeMs, query.unit, calendar) - first);
    for (let at = 0; at < query.intervals; at += 1) {
      const now = active.includes(at);
      const before = active.includes(at - 1);
      const add = (state: LifecycleState, by: number): void => {
        counts[state][at] = (counts[state][at] ?? 0) + by;
      };
      if (now && Math.min(...active) === at) add("new", 1);
      else if (now) add(before ? "returning" : "resurrecting", 1);
      else if (before) add("dormant", -1);
    }
  }
  return counts;
}

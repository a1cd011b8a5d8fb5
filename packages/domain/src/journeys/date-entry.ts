import { civilFromDays, dayOfIso, daysFromCivil, instantOfLocal, zoneClock } from "../time/zoned-time.ts";
import type { TimeOfDay } from "./journey-definition.ts";
import { msOfDay } from "./wait-until.ts";

const DAY_MS = 86_400_000;

/** How a journey takes people by a date: so many days after it, at a local time. */
export type DateEntry = { readonly offsetDays: number; readonly at: TimeOfDay; readonly yearly: boolean };

/** The day that a trait says, as a number of days since 1970: a date, or the date with which a time begins, as it is written. */
export function dayOfTrait(said: string | null): number | undefined {
  return said !== null && /^.{10}(?:$|[T ])/.test(said) ? dayOfIso(said.slice(0, 10)) : undefined;
}

/** The day numbers on which a date is kept in a year: itself, or its anniversary; 29 February on the 28th in other years. Nobody has an anniversary before the day itself. */
function keptIn(year: number, day: number): number | undefined {
  const { year: first, month, day: date } = civilFromDays(day);
  if (year < first) return undefined;
  const kept = daysFromCivil(year, month, date);
  return civilFromDays(kept).month === month ? kept : kept - 1;
}

/** The first instant after another one at which a date trait brings somebody in; undefined when there is none any more. `day` is the trait's, as a number of days since 1970. */
export function nextDateEntry(day: number, { offsetDays, at, yearly }: DateEntry, zone: string, afterMs: number): number | undefined {
  const clock = zoneClock(zone);
  const instantOf = (kept: number): number => instantOfLocal((kept + offsetDays) * DAY_MS + msOfDay(at), clock);
  if (!yearly) return instantOf(day) > afterMs ? instantOf(day) : undefined;
  const { year } = civilFromDays(Math.floor(afterMs / DAY_MS));
  // An offset reaches at most a year and a day to either side, and the zone a day.
  const first = Math.max(civilFromDays(day).year, year - 2);
  for (let each = first; each <= first + 5; each += 1) {
    const kept = keptIn(each, day);
    if (kept !== undefined && instantOf(kept) > afterMs) return instantOf(kept);
  }
  return undefined;
}

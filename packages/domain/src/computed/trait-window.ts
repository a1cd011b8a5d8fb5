import { addUnits, firstDayOf } from "../insight/time/calendar.ts";
import type { TrackerWindow } from "../segments/tracker.ts";
import { daysKept } from "../segments/tracker.ts";
import type { TraitPeriod, TraitWindow } from "./definition.ts";

/** Local days since 1970-01-01, both included. */
export type DaySpan = { readonly first: number; readonly last: number };

const PERIODS: Readonly<Record<TraitPeriod, { readonly unit: "month" | "year"; readonly back: number; readonly daysMax: number }>> = {
  this_month: { unit: "month", back: 0, daysMax: 31 },
  last_month: { unit: "month", back: 1, daysMax: 62 },
  this_year: { unit: "year", back: 0, daysMax: 366 },
};

/** For which time a tracker keeps what falls into a window now and later. */
export function keptFor(within: TraitWindow | undefined): TrackerWindow {
  if (within === undefined) return { ever: true };
  return { days: daysKept("days" in within ? within.days : PERIODS[within.calendar].daysMax) };
}

/** The days that a window means today. */
export function daysOfWindow(within: TraitWindow, today: number): DaySpan {
  if ("days" in within) return { first: today - within.days + 1, last: today };
  const { unit, back } = PERIODS[within.calendar];
  const first = addUnits(firstDayOf(today, unit, "monday"), unit, -back);
  return { first, last: addUnits(first, unit, 1) - 1 };
}

/** The other way round: from which day on, and up to and without which, a window holds what happened on a day. */
export function whileInWindow(within: TraitWindow, day: number): readonly [from: number, to: number] {
  if ("days" in within) return [day, day + within.days];
  const { unit, back } = PERIODS[within.calendar];
  const from = addUnits(firstDayOf(day, unit, "monday"), unit, back);
  return [from, addUnits(from, unit, 1)];
}

import { addUnits, dayOf, dayStart, firstDayOf } from "../insight/time/calendar.ts";
import type { ZoneClock } from "../time/zoned-time.ts";
import type { Cap, CapPeriod } from "./rules.ts";

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The zone by whose calendar a cap counts, and its clock. */
export type CapCalendar = { readonly zone: string; readonly clock: ZoneClock };

/** How many of some messages count at an instant, and from when on there is room for one more. */
export type CapRoom = { readonly count: number; readonly freeAtMs: number };

/** `sentMs`: instants of the messages the cap is about, the newest first, none after `atMs`. Nothing else is sent in between. */
export function roomAt(cap: Pick<Cap, "most" | "period">, sentMs: readonly number[], atMs: number, calendar: CapCalendar): CapRoom {
  const { fromMs, isIn } = windowAt(cap.period, atMs, calendar);
  const counted = sentMs.filter((ms) => (isIn === "after" ? ms > fromMs : ms >= fromMs));
  if (counted.length < cap.most) return { count: counted.length, freeAtMs: atMs };
  if (cap.period.kind === "calendar") return { count: counted.length, freeAtMs: nextStart(cap.period.unit, atMs, calendar) };
  // When this one no longer counts, at most one less than the cap allows are newer.
  const oldest = counted[cap.most - 1] ?? atMs;
  return { count: counted.length, freeAtMs: oldest + lengthOf(cap.period) };
}

type Window = { readonly fromMs: number; readonly isIn: "after" | "from" };

function windowAt(period: CapPeriod, atMs: number, calendar: CapCalendar): Window {
  if (period.kind === "rolling") return { fromMs: atMs - lengthOf(period), isIn: "after" };
  const first = firstDayOf(dayOf(atMs, calendar.clock), period.unit, "monday");
  return { fromMs: dayStart(first, { zone: calendar.zone, weekStart: "monday" }), isIn: "from" };
}

function lengthOf(period: Extract<CapPeriod, { kind: "rolling" }>): number {
  return period.count * UNIT_MS[period.unit];
}

function nextStart(unit: "day" | "week" | "month", atMs: number, { zone, clock }: CapCalendar): number {
  const first = firstDayOf(dayOf(atMs, clock), unit, "monday");
  return dayStart(addUnits(first, unit, 1), { zone, weekStart: "monday" });
}

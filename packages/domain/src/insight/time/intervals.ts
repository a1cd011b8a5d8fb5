import { fail, ok, type Result } from "../../result.ts";
import { isoDay, isoInstant, zoneClock } from "../../time/zoned-time.ts";
import {
  addUnits,
  dayOf,
  dayStart,
  firstDayOf,
  HOUR_MS,
  hourStart,
  type Calendar,
  type DayUnit,
  type IntervalUnit,
  type Period,
} from "./calendar.ts";

/** Consecutive intervals: number k is from `bounds[k]` up to and without `bounds[k + 1]`, Unix ms. */
export type Intervals = { readonly unit: IntervalUnit; readonly bounds: readonly number[] };

/** What a reader is told of an interval: its local date (or hour with its distance from UTC), its instants, and whether all of it lies in the past. */
export type IntervalLabel = { readonly label: string; readonly from: string; readonly to: string; readonly complete: boolean };

/** Most intervals that one answer tells of. */
export const INTERVALS_MAX = 1_000;

/** What becomes of a first or last interval that reaches beyond the period: it is told whole, or only the part within. */
export type Ends = "whole" | "cut";

/** The intervals of a period. Faults: `insight.too_many_intervals`, before any work is done on them. */
export function intervalsOf(period: Period, unit: IntervalUnit, calendar: Calendar, ends: Ends): Result<Intervals> {
  const bounds: number[] = [];
  let at = unit === "hour" ? hourStart(period.fromMs, calendar) : startDay(period.fromMs, unit, calendar);
  for (;;) {
    const ms = unit === "hour" ? at : dayStart(at, calendar);
    bounds.push(ends === "cut" ? Math.min(Math.max(ms, period.fromMs), period.toMs) : ms);
    if (ms >= period.toMs) return ok({ unit, bounds });
    if (bounds.length > INTERVALS_MAX) return tooMany(INTERVALS_MAX);
    at = unit === "hour" ? nextHour(at, calendar) : addUnits(at, unit, 1);
  }
}

/** The intervals with `count` more of them in front (below 0) or behind. */
export function moreIntervals({ unit, bounds }: Intervals, count: number, calendar: Calendar): Intervals {
  const edge = (count < 0 ? bounds[0] : bounds.at(-1)) ?? 0;
  const added = Array.from({ length: Math.abs(count) }, (_, index) => {
    const steps = Math.sign(count) * (index + 1);
    if (unit === "hour") return edge + steps * HOUR_MS;
    return dayStart(addUnits(dayOf(edge, zoneClock(calendar.zone)), unit, steps), calendar);
  });
  return { unit, bounds: count < 0 ? [...added.toReversed(), ...bounds] : [...bounds, ...added] };
}

/** How many intervals there are. */
export function intervalCount({ bounds }: Intervals): number {
  return bounds.length - 1;
}

/** The interval that an instant lies in; undefined outside of all. */
export function intervalAt({ bounds }: Intervals, ms: number): number | undefined {
  const index = bounds.findLastIndex((bound) => bound <= ms);
  return index < 0 || index >= bounds.length - 1 ? undefined : index;
}

/** The labels of all intervals, told at an instant. */
export function intervalLabels({ unit, bounds }: Intervals, calendar: Calendar, nowMs: number): IntervalLabel[] {
  const clock = zoneClock(calendar.zone);
  return bounds.slice(0, -1).map((from, index) => {
    const to = bounds[index + 1] ?? from;
    return {
      label: unit === "hour" ? localHour(from, clock(from)) : isoDay(dayOf(from, clock)),
      from: isoInstant(from),
      to: isoInstant(to),
      complete: to <= nowMs,
    };
  });
}

/** Refuses more intervals than there may be. */
export function tooMany(max: number): Result<never> {
  return fail("insight.too_many_intervals", {
    field: "interval",
    mend: `Choose a longer interval or a shorter period; an answer has at most ${max}`,
    details: { max },
  });
}

function startDay(ms: number, unit: DayUnit, calendar: Calendar): number {
  return firstDayOf(dayOf(ms, zoneClock(calendar.zone)), unit, calendar.weekStart);
}

/** An hour of a day whose clock is set by half an hour ends with the day. */
function nextHour(ms: number, calendar: Calendar): number {
  return hourStart(ms + HOUR_MS, calendar);
}

/** `2026-03-29T03:00+02:00`; the distance from UTC tells the two hours apart that a clock set back shows twice. */
function localHour(ms: number, offsetMs: number): string {
  const minutes = Math.abs(Math.round(offsetMs / 60_000));
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${isoInstant(ms + offsetMs).slice(0, 16)}${offsetMs < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

import { fail, ok, type Result } from "../../result.ts";
import { dayOfIso, zoneClock } from "../../time/zoned-time.ts";
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

/** A period as it is asked for. */
export type AskedPeriod =
  /** Local dates, from the first up to and without the second. */
  | { readonly from: string; readonly to: string }
  /** The last units up to now; the one going on is the last of them, unless only complete ones are wanted. */
  | { readonly last: number; readonly unit: IntervalUnit; readonly complete?: boolean | undefined }
  /** The unit going on, up to the end of today. */
  | { readonly current: DayUnit };
/** A period as a plan gets it: as it was asked for, or reckoned from another one. */
export type GivenPeriod = AskedPeriod | Period;

/** The instants a period means now. Faults: `insight.period_invalid`. */
export function resolvePeriod(asked: GivenPeriod, calendar: Calendar, nowMs: number): Result<Period> {
  if ("fromMs" in asked) return ok(asked);
  if ("from" in asked) return datesPeriod(asked, calendar);
  const today = dayOf(nowMs, zoneClock(calendar.zone));
  if ("current" in asked)
    return ok({ fromMs: dayStart(firstDayOf(today, asked.current, calendar.weekStart), calendar), toMs: dayStart(today + 1, calendar) });
  const { last, unit, complete } = asked;
  if (unit === "hour") {
    const toMs = hourStart(nowMs, calendar) + (complete === true ? 0 : HOUR_MS);
    return ok({ fromMs: toMs - last * HOUR_MS, toMs });
  }
  const end = addUnits(firstDayOf(today, unit, calendar.weekStart), unit, complete === true ? 0 : 1);
  return ok({ fromMs: dayStart(addUnits(end, unit, -last), calendar), toMs: dayStart(end, calendar) });
}

/**
 * The period to compare with. Dates: as many days just before. Last units: as many units before. A unit to date: as many days of the unit before,
 * or all of it when it is shorter.
 */
export function previousPeriod(asked: GivenPeriod, period: Period, calendar: Calendar): Period {
  const clock = zoneClock(calendar.zone);
  const first = dayOf(period.fromMs, clock);
  if ("current" in asked) {
    const days = dayOf(period.toMs - 1, clock) + 1 - first;
    const before = addUnits(first, asked.current, -1);
    return { fromMs: dayStart(before, calendar), toMs: dayStart(Math.min(before + days, first), calendar) };
  }
  if ("from" in asked || "fromMs" in asked) {
    const days = dayOf(period.toMs - 1, clock) + 1 - first;
    return { fromMs: dayStart(first - days, calendar), toMs: period.fromMs };
  }
  if (asked.unit === "hour") return { fromMs: period.fromMs - asked.last * HOUR_MS, toMs: period.fromMs };
  return { fromMs: dayStart(addUnits(first, asked.unit, -asked.last), calendar), toMs: period.fromMs };
}

function datesPeriod(asked: { readonly from: string; readonly to: string }, calendar: Calendar): Result<Period> {
  const from = dayOfIso(asked.from);
  if (from === undefined) return noDate("period.from");
  const to = dayOfIso(asked.to);
  if (to === undefined) return noDate("period.to");
  if (to <= from)
    return fail("insight.period_invalid", {
      field: "period.to",
      mend: `Name a date after ${asked.from}; the period ${to === from ? "is empty" : "ends before it begins"}`,
    });
  return ok({ fromMs: dayStart(from, calendar), toMs: dayStart(to, calendar) });
}

function noDate(field: string): Result<never> {
  return fail("insight.period_invalid", { field, mend: "Write a calendar date as 2026-03-31" });
}

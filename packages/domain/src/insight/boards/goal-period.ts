import { civilFromDays, daysFromCivil, dayOfIso, isoDay } from "../../time/zoned-time.ts";
import type { Result } from "../../result.ts";

export const GOAL_UNITS = ["day", "week", "month", "quarter", "year"] as const;
export type GoalUnit = (typeof GOAL_UNITS)[number];

/** The period of a goal as local dates, the second not included. Faults: `goal.period_invalid` where the date does not begin such a unit; weeks begin on Monday. */
export function goalPeriod(unit: GoalUnit, startsOn: string): Result<{ readonly from: string; readonly to: string }> {
  const day = dayOfIso(startsOn);
  const begins = day === undefined ? undefined : firstOf(unit, day);
  if (day === undefined || begins !== day)
    return {
      ok: false,
      fault: {
        code: "goal.period_invalid",
        field: "startsOn",
        mend: begins === undefined ? "Give a date such as 2026-07-01" : `The ${unit} begins on ${isoDay(begins)}`,
      },
    };
  return { ok: true, value: { from: startsOn, to: isoDay(after(unit, day)) } };
}

const MONTHS: Readonly<Record<Exclude<GoalUnit, "day" | "week">, number>> = { month: 1, quarter: 3, year: 12 };

/** The first day of the unit a day lies in; days are counted from 1970-01-01, a Thursday. */
function firstOf(unit: GoalUnit, day: number): number {
  if (unit === "day") return day;
  if (unit === "week") return day - ((((day + 3) % 7) + 7) % 7);
  const { year, month } = civilFromDays(day);
  return daysFromCivil(year, month - ((month - 1) % MONTHS[unit]), 1);
}

function after(unit: GoalUnit, first: number): number {
  if (unit === "day") return first + 1;
  if (unit === "week") return first + 7;
  const { year, month } = civilFromDays(first);
  const next = month + MONTHS[unit];
  return next > 12 ? daysFromCivil(year + 1, next - 12, 1) : daysFromCivil(year, next, 1);
}

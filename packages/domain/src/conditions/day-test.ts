import type { Json } from "../json.ts";
import { civilFromDays, dayAt, dayOfIso, daysFromCivil, zoneClock, type ZoneClock } from "../time/zoned-time.ts";
import { DAY_TEST_OPS, type DayTest } from "./condition.ts";
import { numberOf, scalarsOf } from "./value-at.ts";

/** A day as a text may hold it, alone or with a time, with or without its distance from UTC; the server's storage puts the same expression to the event engine. */
export const DAY_TEXT =
  "^(19(0[1-9]|[1-9][0-9])|2[01][0-9]{2}|22([0-8][0-9]|9[0-8]))-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?)?$";
/** The end of such a text that names an instant, and not a day of whoever reads it. */
export const INSTANT_END = "T? ?[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})$";
/** Numbers that are instants: Unix seconds and milliseconds between 1973 and 2286. */
export const SECONDS_FROM = 1e8;
export const SECONDS_TO = 1e10;
export const MILLISECONDS_FROM = 1e11;
export const MILLISECONDS_TO = 1e13;

/** Whether a leaf asks for days, and not for a text or a number. */
export function isDayTest<L extends object>(leaf: L): leaf is Extract<L, DayTest> {
  return DAY_TEST_OPS.some((op) => op in leaf);
}

/** What a test of days comes to on the day it is asked: days from one to another, both included, or days of any year. */
export type AskedDays =
  | { readonly from: number; readonly to: number }
  /** Month × 100 + day. */
  | { readonly ofYear: readonly number[] };

/** Before and after all days there can be. */
const FAR_DAYS = 10_000_000;

/** The days that a test asks for at an instant. */
export function askedDays(test: DayTest, nowMs: number, zone: string): AskedDays {
  const today = dayAt(nowMs, zoneClock(zone));
  if ("before" in test) return { from: -FAR_DAYS, to: dayNumber(test.before) - 1 };
  if ("after" in test) return { from: dayNumber(test.after) + 1, to: FAR_DAYS };
  if ("dateWithin" in test) return { from: today + test.dateWithin.fromDays, to: today + test.dateWithin.toDays };
  const days = Array.from({ length: test.anniversary.withinDays }, (_, after) => today + after);
  return { ofYear: [...new Set(days.flatMap(daysOfYear))] };
}

/** 29 February is kept on the 28th in years that have none. */
function daysOfYear(day: number): readonly number[] {
  const { year, month, day: date } = civilFromDays(day);
  const isLastOfFebruary = month === 2 && date === 28 && civilFromDays(daysFromCivil(year, 2, 28) + 1).month === 3;
  return isLastOfFebruary ? [228, 229] : [month * 100 + date];
}

/** Whether one of the values, or of the elements of a list, is on such a day. */
export function passesDayTest(test: DayTest, values: readonly Json[], { nowMs, zone }: { readonly nowMs: number; readonly zone: string }) {
  const asked = askedDays(test, nowMs, zone);
  const clock = zoneClock(zone);
  return values.flatMap(scalarsOf).some((value) => {
    const day = dayOf(value, clock);
    return day !== undefined && isAsked(day, asked);
  });
}

function isAsked(day: number, asked: AskedDays): boolean {
  if ("from" in asked) return day >= asked.from && day <= asked.to;
  const { month, day: date } = civilFromDays(day);
  return asked.ofYear.includes(month * 100 + date);
}

const IS_DAY = new RegExp(DAY_TEXT, "u");
const IS_INSTANT = new RegExp(INSTANT_END, "u");
const DATE_LENGTH = 10;

/** The day of a value: of a date, the day itself; of an instant, the day it falls on in the zone. Undefined for what is no date. */
export function dayOf(value: string | number | boolean, clock: ZoneClock): number | undefined {
  if (typeof value === "string" && IS_DAY.test(value)) {
    const day = dayOfIso(value.slice(0, DATE_LENGTH));
    return day === undefined || value.length === DATE_LENGTH || !IS_INSTANT.test(value) ? day : dayAt(instantOf(value), clock);
  }
  const number = numberOf(value);
  if (number === undefined) return undefined;
  if (number >= SECONDS_FROM && number < SECONDS_TO) return dayAt(Math.floor(number) * 1000, clock);
  return number >= MILLISECONDS_FROM && number < MILLISECONDS_TO ? dayAt(Math.floor(number), clock) : undefined;
}

const INSTANT = /^(.{10})[T ](\d{2}):(\d{2})(?::(\d{2}))?[.\d]*(?:Z|([+-])(\d{2}):?(\d{2}))$/u;
const MINUTE_MS = 60_000;

/** Unix ms, to the second, of a text that names an instant. */
export function instantOf(text: string): number {
  const [, date = "", hour, minute, second = "0", sign, hours = "0", minutes = "0"] = INSTANT.exec(text) ?? [];
  const away = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const local = dayNumber(date) * 24 * 60 + Number(hour) * 60 + Number(minute);
  return (local - away) * MINUTE_MS + Number(second) * 1000;
}

function dayNumber(date: string): number {
  const day = dayOfIso(date);
  if (day === undefined) throw new TypeError(`${date} is no date; conditions are read before they are used`);
  return day;
}

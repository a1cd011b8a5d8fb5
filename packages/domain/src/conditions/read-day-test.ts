import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { dayOfIso } from "../time/zoned-time.ts";
import { DAY_TEST_OPS, type DayTest, type DayTestOp } from "./condition.ts";
import { DATE_MEND } from "./read-within.ts";
import { hasOnly, refuse, wholeNumber, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** Days that dates may lie before and after today. */
export const DAYS_AWAY_MAX = 36_600;
/** Days of a year. */
export const ANNIVERSARY_DAYS_MAX = 366;

/** The test of days that stands beside a trait, if one does. */
export function dayTestOf(json: JsonObject): DayTestOp | undefined {
  return DAY_TEST_OPS.find((op) => Object.hasOwn(json, op));
}

/** Reads what a leaf asks of the day of a trait. */
export function readDayTest(json: JsonObject, op: DayTestOp, path: string, reading: Reading): DayTest | undefined {
  if (!hasOnly(json, { path, keys: ["trait", op], beside: "trait" }, reading)) return undefined;
  const at = `${path}.${op}`;
  const asked = json[op];
  if (op === "before" || op === "after") {
    const date = readDate(asked, at, reading);
    return date === undefined ? undefined : op === "before" ? { before: date } : { after: date };
  }
  return op === "dateWithin" ? readDateWithin(asked, at, reading) : readAnniversary(asked, at, reading);
}

function readDate(json: Json | undefined, path: string, reading: Reading): string | undefined {
  return typeof json === "string" && dayOfIso(json) !== undefined ? json : refuse(reading, path, DATE_MEND);
}

function readDateWithin(json: Json | undefined, path: string, reading: Reading): DayTest | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("dateWithin"));
  if (!hasOnly(json, { path, keys: ["fromDays", "toDays"] }, reading)) return undefined;
  const days = (key: string): number | undefined =>
    wholeNumber(json[key], { path: `${path}.${key}`, min: -DAYS_AWAY_MAX, max: DAYS_AWAY_MAX }, reading);
  const [fromDays, toDays] = [days("fromDays"), days("toDays")];
  if (fromDays === undefined || toDays === undefined) return undefined;
  return fromDays <= toDays ? { dateWithin: { fromDays, toDays } } : refuse(reading, `${path}.toDays`, mendOf("dayNotBefore"));
}

function readAnniversary(json: Json | undefined, path: string, reading: Reading): DayTest | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("anniversary"));
  if (!hasOnly(json, { path, keys: ["withinDays"] }, reading)) return undefined;
  const withinDays = wholeNumber(json["withinDays"], { path: `${path}.withinDays`, min: 1, max: ANNIVERSARY_DAYS_MAX }, reading);
  return withinDays === undefined ? undefined : { anniversary: { withinDays } };
}

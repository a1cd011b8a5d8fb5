import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { dayOfIso } from "../time/zoned-time.ts";
import type { Within } from "./condition.ts";
import { refuse, wholeNumber, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** Days that a time seen from now may reach back, and hours. */
export const WITHIN_DAYS_MAX = 3_660;
export const WITHIN_HOURS_MAX = 24 * 366;

const WITHIN_MEND = mendOf("within");

/** Reads when something happened. */
export function readWithin(json: Json | undefined, path: string, reading: Reading): Within | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, WITHIN_MEND);
  const number = (key: string, max: number): number | undefined => wholeNumber(json[key], { path: `${path}.${key}`, min: 1, max }, reading);
  switch (Object.keys(json).toSorted().join()) {
    case "days": {
      const days = number("days", WITHIN_DAYS_MAX);
      return days === undefined ? undefined : { days };
    }
    case "hours": {
      const hours = number("hours", WITHIN_HOURS_MAX);
      return hours === undefined ? undefined : { hours };
    }
    case "daysAgo":
      return readDaysAgo(json["daysAgo"], `${path}.daysAgo`, reading);
    case "from,to":
      return readDates(json, path, reading);
    default:
      return refuse(reading, path, WITHIN_MEND);
  }
}

function readDaysAgo(json: Json | undefined, path: string, reading: Reading): Within | undefined {
  if (!Array.isArray(json) || json.length !== 2) return refuse(reading, path, DAYS_AGO_MEND);
  const [near, far] = (json as readonly Json[]).map((each, index) =>
    wholeNumber(each, { path: `${path}[${index}]`, min: 0, max: WITHIN_DAYS_MAX }, reading),
  );
  if (near === undefined || far === undefined) return undefined;
  return near <= far ? { daysAgo: [near, far] } : refuse(reading, path, DAYS_AGO_MEND);
}

const DAYS_AGO_MEND = mendOf("daysAgo");

function readDates({ from, to }: JsonObject, path: string, reading: Reading): Within | undefined {
  const [first, after] = [from, to].map((date) => (typeof date === "string" ? dayOfIso(date) : undefined));
  if (first === undefined || typeof from !== "string") return refuse(reading, `${path}.from`, DATE_MEND);
  if (after === undefined || typeof to !== "string") return refuse(reading, `${path}.to`, DATE_MEND);
  return first < after ? { from, to } : refuse(reading, `${path}.to`, mendOf("dateAfter"));
}

export const DATE_MEND = mendOf("date");

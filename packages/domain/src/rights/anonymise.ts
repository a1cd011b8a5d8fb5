import { isJsonObject, type Json, type JsonObject } from "../json.ts";

/** Times of anonymous events are told to the quarter of an hour: every time zone's days and hours begin on one. */
export const ANONYMOUS_TIME_MS = 900_000;

/** Keys of numbers that name a thing or a place, or tell a time. */
const NAMING_KEY =
  /(^|[_\-.\s$])(ids?|no|num|number|code|uuid|guid|sn|imei|key|hash|token|zip|postcode|lat|lng|lon|latitude|longitude|birth\w*|time|date|timestamp)$|[a-z](Id|ID|No|Code|Number|Time|Date|Timestamp)$|(号|号码|编号|编码|单号|时间|日期|生日|经度|纬度)$/i;
/** Larger numbers are ids, phone numbers and times, not amounts. */
const AMOUNT_MAX = 1_000_000_000;
const DEPTH_MAX = 16;

/**
 * What may stay of an event's properties when its person is erased: amounts and truth values, so that sums and means stay as they were.
 * Text goes, whatever it says, and with it tokens of personal values; so do numbers that name something.
 */
export function anonymiseProperties(properties: JsonObject): JsonObject {
  return anonymiseObject(properties, 1);
}

/**
 * The times of one person's events, ascending, without the exact moment and in the same order: the beginning of the quarter of an hour, and
 * within it one millisecond after another.
 */
export function coarsenTimes(timesMs: readonly number[]): readonly number[] {
  let quarter = Number.NaN;
  let rank = 0;
  return timesMs.map((timeMs) => {
    const begin = quarterOf(timeMs);
    rank = begin === quarter ? Math.min(rank + 1, ANONYMOUS_TIME_MS - 1) : 0;
    quarter = begin;
    return begin + rank;
  });
}

/** The beginning of the quarter of an hour a time is in. */
export function quarterOf(timeMs: number): number {
  return Math.floor(timeMs / ANONYMOUS_TIME_MS) * ANONYMOUS_TIME_MS;
}

function anonymiseObject(object: JsonObject, depth: number): JsonObject {
  const kept: Record<string, Json> = {};
  if (depth > DEPTH_MAX) return kept;
  for (const [key, value] of Object.entries(object)) {
    // A key may hold a token where it held a phone number.
    if (key.includes("~")) continue;
    const inner = anonymiseValue(key, value, depth);
    if (inner !== undefined) kept[key] = inner;
  }
  return kept;
}

function anonymiseValue(key: string, value: Json, depth: number): Json | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Math.abs(value) < AMOUNT_MAX && !NAMING_KEY.test(key) ? value : undefined;
  if (Array.isArray(value)) return filled((value as readonly Json[]).flatMap((element) => anonymiseValue(key, element, depth + 1) ?? []));
  if (!isJsonObject(value)) return undefined;
  const inner = anonymiseObject(value, depth + 1);
  return Object.keys(inner).length === 0 ? undefined : inner;
}

function filled(list: readonly Json[]): readonly Json[] | undefined {
  return list.length === 0 ? undefined : list;
}

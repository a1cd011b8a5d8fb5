import { fail, ok, type Result } from "../result.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** 2000-01-01T00:00:00Z: earlier times are a broken clock, not a late event. */
const EARLIEST_MS = 946_684_800_000;
/** Further ahead than any time zone mistake. */
const FUTURE_MAX_MS = DAY_MS;
/** A difference between the sender's clock and ours that the way over the network explains is left alone, so that exact times stay exact. */
const SKEW_IGNORED_MS = 5 * SECOND_MS;

/** The clocks involved in one request. `sentAtMs`: when the sender says it sent. */
export type Clocks = { readonly receivedAtMs: number; readonly sentAtMs?: number | undefined };
/** When an event happened; `original` is what the sender said when that was impossible and was replaced. */
export type EventTime = { readonly timeMs: number; readonly original?: string };

/**
 * When an event happened: the sender's time moved by the difference between its clock and ours (`receivedAt + (time − sentAt)`);
 * the time of receipt when there is none, or when it lies more than a day ahead. Fault `event.time_invalid` for what is not a
 * time or lies before the year 2000.
 */
export function eventTime(value: unknown, clocks: Clocks, field: string): Result<EventTime> {
  if (value === undefined || value === null) return ok({ timeMs: clocks.receivedAtMs });
  const saidMs = parseTime(value);
  if (saidMs === undefined)
    return fail("event.time_invalid", { field, mend: "Send RFC 3339 (2024-01-02T03:04:05.678Z) or Unix time in seconds or milliseconds" });
  const timeMs = saidMs + skewMs(clocks);
  if (timeMs < EARLIEST_MS) return fail("event.time_invalid", { field, mend: "The time lies before the year 2000" });
  if (timeMs > clocks.receivedAtMs + FUTURE_MAX_MS)
    return ok({ timeMs: clocks.receivedAtMs, original: typeof value === "string" ? value : String(saidMs) });
  return ok({ timeMs });
}

/** What must be added to the sender's times, in ms. */
function skewMs({ receivedAtMs, sentAtMs }: Clocks): number {
  if (sentAtMs === undefined) return 0;
  const skew = receivedAtMs - sentAtMs;
  return Math.abs(skew) <= SKEW_IGNORED_MS ? 0 : skew;
}

/** Unix ms of RFC 3339 text (UTC when no offset is given) or of Unix time in s, ms or µs as number or digits; undefined otherwise. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string" || value.length > 64) return undefined;
  const text = value.trim();
  return /^\d{9,17}(?:\.\d+)?$/.test(text) ? fromEpoch(Number(text)) : fromIso(text);
}

function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value < 0 || value > 1e17) return undefined;
  if (value >= 1e14) return Math.floor(value / 1_000);
  return Math.floor(value < 1e11 ? value * 1_000 : value);
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(?:[Zz]|([+-])(\d{2}):?(\d{2})?)?)?$/;

const EXACT_SEPARATORS = [
  [4, "-"],
  [7, "-"],
  [10, "T"],
  [13, ":"],
  [16, ":"],
  [19, "."],
  [23, "Z"],
] as const;

/** `2024-01-02T03:04:05.678Z`, the form that JavaScript clients send, read digit by digit: five times as fast as by expression. */
function fromExactIso(text: string): number | undefined {
  if (text.length !== 24 || !EXACT_SEPARATORS.every(([at, separator]) => text[at] === separator)) return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const [hour, minute, second, ms] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2), digits(text, 20, 3)];
  if (!isDate(year, month, day) || !(hour <= 23 && minute <= 59 && second <= 59 && ms <= 999)) return undefined;
  return daysFromCivil(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * SECOND_MS + ms;
}

/** NaN when a character is not a digit. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value;
}

function fromIso(text: string): number | undefined {
  const exact = fromExactIso(text);
  if (exact !== undefined) return exact;
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const part = (at: number) => Number(match[at] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offsetMinutes = (part(9) * 60 + part(10)) * (match[8] === "-" ? -1 : 1);
  if (part(9) > 18 || part(10) > 59) return undefined;
  const ms = Math.floor(Number(`0.${match[7] ?? "0"}`) * 1_000 + 1e-6);
  // A leap second counts as the last second of its minute: Unix time has no place for it.
  const clockMs = ((hour * 60 + minute - offsetMinutes) * 60 + Math.min(second, 59)) * SECOND_MS + ms;
  return daysFromCivil(year, month, day) * DAY_MS + clockMs;
}

function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

import { instantOfLocal, isRealTime, utcMsOf, zoneClock, type LocalTime } from "../time/zoned-time.ts";
import { readUsualTime } from "./usual-time.ts";

/** Reads a time as Unix ms, or undefined when the text does not fit. */
export type TimeReader = (text: string) => number | undefined;

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/u;
const TOKENS: readonly (readonly [string, string, keyof LocalTime])[] = [
  ["yyyy", "(\\d{4})", "year"],
  ["MM", "(\\d{2})", "month"],
  ["M", "(\\d{1,2})", "month"],
  ["dd", "(\\d{2})", "day"],
  ["d", "(\\d{1,2})", "day"],
  ["HH", "(\\d{2})", "hour"],
  ["H", "(\\d{1,2})", "hour"],
  ["mm", "(\\d{2})", "minute"],
  ["m", "(\\d{1,2})", "minute"],
  ["ss", "(\\d{2})", "second"],
  ["s", "(\\d{1,2})", "second"],
  ["SSS", "(\\d{3})", "millisecond"],
];
/** Latest instant a time may name: the end of ClickHouse's DateTime64(3) range, year 2299. */
const LATEST_MS = 10_413_791_999_999;
const EARLIEST_MS = -2_208_988_800_000;

const inRange = (ms: number): number | undefined => (ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : undefined);

/** Whether a format is one of `auto`, `iso`, `unix`, `unix_ms`, or a pattern with at least a year, a month and a day. */
export function isTimeFormat(format: string): boolean {
  return (
    format === "auto" ||
    format === "iso" ||
    format === "unix" ||
    format === "unix_ms" ||
    (format.includes("yyyy") && format.includes("M") && format.includes("d"))
  );
}

/**
 * A reader of `auto` (see `readUsualTime`), `iso` (a zone in the text wins over `zone`), `unix` seconds, `unix_ms`, or a pattern of yyyy MM M dd d HH H mm m ss s SSS,
 * everything else literal. Local times are taken in the IANA `zone`.
 */
export function timeReader(format: string, zone: string): TimeReader {
  if (format === "unix" || format === "unix_ms") return unixReader(format === "unix" ? 1000 : 1);
  const clock = zoneClock(zone);
  const localise = (time: LocalTime): number | undefined => (isRealTime(time) ? inRange(instantOfLocal(utcMsOf(time), clock)) : undefined);
  if (format === "auto") return autoReader(localise);
  return format === "iso" ? matchReader(ISO, localise) : patternReader(format, localise);
}

function autoReader(localise: (time: LocalTime) => number | undefined): TimeReader {
  return (text) => {
    const read = readUsualTime(text);
    if (read === undefined) return undefined;
    return "utcMs" in read ? inRange(read.utcMs) : instantOf(read.local, read.zone, localise);
  };
}

/** The instant of a time in the zone that was written behind it, else where `localise` takes it to be. */
function instantOf(time: LocalTime, zone: string | undefined, localise: (time: LocalTime) => number | undefined): number | undefined {
  const offset = offsetOf(zone);
  if (offset === undefined) return localise(time);
  return isRealTime(time) ? inRange(utcMsOf(time) - offset) : undefined;
}

function unixReader(unitMs: number): TimeReader {
  return (text) => (/^-?\d{1,14}(\.\d+)?$/u.test(text) ? inRange(Math.round(Number(text) * unitMs)) : undefined);
}

function matchReader(pattern: RegExp, localise: (time: LocalTime) => number | undefined): TimeReader {
  return (text) => {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const time = {
      year: Number(match[1]),
      month: Number(match[2]),
      day: Number(match[3]),
      hour: Number(match[4] ?? 0),
      minute: Number(match[5] ?? 0),
      second: Number(match[6] ?? 0),
      millisecond: Number((match[7] ?? "0").padEnd(3, "0").slice(0, 3)),
    };
    return instantOf(time, match[8], localise);
  };
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "Z") return 0;
  const digits = text.replaceAll(/\D/gu, "");
  const size = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
  return text.startsWith("-") ? -size : size;
}

function patternReader(format: string, localise: (time: LocalTime) => number | undefined): TimeReader {
  const fields: (keyof LocalTime)[] = [];
  let source = "";
  for (let at = 0; at < format.length;) {
    const token = TOKENS.find(([text]) => format.startsWith(text, at));
    source += token === undefined ? (format[at] ?? "").replaceAll(/[\\^$.*+?()[\]{}|/]/gu, "\\$&") : token[1];
    if (token !== undefined) fields.push(token[2]);
    at += token === undefined ? 1 : token[0].length;
  }
  const expression = new RegExp(`^${source}$`, "u");
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const time: Record<keyof LocalTime, number> = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
    fields.forEach((field, index) => (time[field] = Number(match[index + 1])));
    return localise(time);
  };
}

import type { Language } from "./language.ts";
import { intlLocale } from "./language.ts";
import { MISSING } from "./numbers.ts";

type Instant = string | number | Date | null | undefined;

/** Calendar fields of an instant in a time zone; all two digits except the year. */
type Fields = {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
};

const FORMATTERS = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}|${timeZone}|${JSON.stringify(options)}`;
  const known = FORMATTERS.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, { timeZone, ...options });
  FORMATTERS.set(key, made);
  return made;
}

function parse(at: Instant): Date | undefined {
  if (at === null || at === undefined || at === "") return undefined;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function fieldsOf(date: Date, timeZone: string): Fields {
  const parts = formatter("en-US", timeZone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(date);
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return { year: get("year"), month: get("month"), day: get("day"), hour: get("hour"), minute: get("minute"), second: get("second") };
}

/** What dates are written for: the language, the workspace's zone, and now (Unix ms) for 今天, 昨天 and the year. */
export type DateStyle = { readonly language: Language; readonly timeZone: string; readonly nowMs: number };

/** `2026-07-16`, the day in the workspace's zone. */
export function isoDay(at: Instant, timeZone: string): string {
  const date = parse(at);
  if (date === undefined) return MISSING;
  const { year, month, day } = fieldsOf(date, timeZone);
  return `${year}-${month}-${day}`;
}

/** Table cells: `2026-07-16 14:32`. */
export function tableTime(at: Instant, timeZone: string): string {
  const date = parse(at);
  if (date === undefined) return MISSING;
  const { hour, minute } = fieldsOf(date, timeZone);
  return `${isoDay(date, timeZone)} ${hour}:${minute}`;
}

/** `14:32`, or `14:32:08` with seconds. */
export function clock(at: Instant, timeZone: string, seconds = false): string {
  const date = parse(at);
  if (date === undefined) return MISSING;
  const { hour, minute, second } = fieldsOf(date, timeZone);
  return seconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

function yearOf(date: Date, style: DateStyle): string {
  return fieldsOf(date, style.timeZone).year;
}

function dayText(
  date: Date,
  style: DateStyle,
  weekday: boolean,
  withYear = yearOf(date, style) !== yearOf(new Date(style.nowMs), style),
): string {
  const options: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", ...(withYear ? { year: "numeric" } : {}) };
  const locale = intlLocale(style.language);
  if (style.language === "en")
    return formatter(locale, style.timeZone, { ...options, ...(weekday ? { weekday: "short" } : {}) }).format(date);
  const day = formatter(locale, style.timeZone, options).format(date);
  return weekday ? `${day} ${formatter(locale, style.timeZone, { weekday: "short" }).format(date)}` : day;
}

/** A day in words: `7月16日 周四`, `Thu, Jul 16`; with the year when it is not this year's. */
export function dayWords(at: Instant, style: DateStyle): string {
  const date = parse(at);
  return date === undefined ? MISSING : dayText(date, style, true);
}

/** Day and time in words: `7月16日 周四 14:32`, `Thu, Jul 16, 14:32`. */
export function dayTimeWords(at: Instant, style: DateStyle): string {
  const date = parse(at);
  if (date === undefined) return MISSING;
  return `${dayText(date, style, true)}${style.language === "en" ? "," : ""} ${clock(date, style.timeZone)}`;
}

/** A range of days: `7月9日 – 7月15日`; both ends inclusive. A year that is not this one is said once, or at both ends when they differ. */
export function rangeWords(from: Instant, to: Instant, style: DateStyle): string {
  const [start, end] = [parse(from), parse(to)];
  if (start === undefined || end === undefined) return MISSING;
  if (yearOf(start, style) !== yearOf(end, style)) return `${dayText(start, style, false, true)} – ${dayText(end, style, false, true)}`;
  const past = yearOf(end, style) !== yearOf(new Date(style.nowMs), style);
  const yearFirst = style.language === "zh-CN";
  return `${dayText(start, style, false, past && yearFirst)} – ${dayText(end, style, false, past && !yearFirst)}`;
}

/** A calendar day (`2026-07-16`, no zone) as an instant to format in UTC. */
export function calendarDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** How far a day lies back: 0 today, 1 yesterday, in the workspace's zone. */
export function daysAgo(at: Instant, style: DateStyle): number | undefined {
  const date = parse(at);
  if (date === undefined) return undefined;
  const [then, now] = [calendarDay(isoDay(date, style.timeZone)), calendarDay(isoDay(style.nowMs, style.timeZone))];
  return Math.round((now.getTime() - then.getTime()) / 86_400_000);
}

/** Recent times: `5 分钟前` under an hour, the clock for the rest of today, then the table form. */
export function recentTime(at: Instant, style: DateStyle): string {
  const date = parse(at);
  if (date === undefined) return MISSING;
  const minutes = Math.floor((style.nowMs - date.getTime()) / 60_000);
  const zh = style.language === "zh-CN";
  if (minutes < 1 && minutes >= -1) return zh ? "刚刚" : "just now";
  if (minutes >= 1 && minutes < 60) return zh ? `${minutes} 分钟前` : `${minutes} min ago`;
  return daysAgo(date, style) === 0 ? clock(date, style.timeZone) : tableTime(date, style.timeZone);
}

/** A length of time: `2 分 58 秒`, `2m 58s`; two largest units. */
export function formatDuration(milliseconds: number, language: Language): string {
  if (milliseconds < 10_000)
    return language === "zh-CN" ? `${(milliseconds / 1000).toFixed(1)} 秒` : `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  const steps = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const units = language === "zh-CN" ? [" 天", " 小时", " 分", " 秒"] : ["d", "h", "m", "s"];
  const first = steps.findIndex((step) => step > 0);
  return steps
    .slice(first, first + 2)
    .map((step, i) => `${step}${units[first + i] ?? ""}`)
    .filter((text) => !text.startsWith("0"))
    .join(" ");
}

/** Adds days to a calendar day: (`2026-07-16`, -1) → `2026-07-15`. */
export function addDays(day: string, days: number): string {
  return new Date(calendarDay(day).getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

import type { NoticeLanguage } from "../../notify/notice.ts";
import { civilFromDays, dayOfIso } from "../../time/zoned-time.ts";
import type { FigureUnit } from "./report.ts";

/** What stands for a value nobody knows; never 0. */
export const MISSING = "—";
const MINUS = "−";
const DAY_MS = 86_400_000;
const LOCALES: Readonly<Record<NoticeLanguage, string>> = { zh: "zh-CN", en: "en-US" };

export type FigureForm = { readonly unit: FigureUnit; readonly currency: string; readonly language: NoticeLanguage };

/** A figure as it is read: `58.41 万`, `¥64.8 万`, `20.4%`, `2m 58s`; at most four significant digits. */
export function figureText(value: number | null, form: FigureForm): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const { unit, language } = form;
  if (unit === "share") return `${signed(decimals(value * 100, 1, language))}%`;
  if (unit === "seconds") return secondsText(value, language);
  if (unit === "money") return moneyText(value, form);
  return signed(shortNumber(value, language));
}

/** The digits of a currency behind the point. */
export function digitsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** A change against another period: `↑ 8.6%`, for shares in points: `↑ 0.3 pp`. */
export function changeText(now: number | null, before: number | null, form: FigureForm): string {
  if (now === null || before === null) return MISSING;
  if (form.unit === "share") return arrowed((now - before) * 100, " pp", form.language);
  return before === 0 ? MISSING : arrowed(((now - before) / Math.abs(before)) * 100, "%", form.language);
}

/** A share of a whole: `62%`. */
export function shareText(share: number, language: NoticeLanguage): string {
  return `${decimals(share * 100, Math.abs(share) < 0.1 ? 1 : 0, language)}%`;
}

/** A difference with its sign: `+¥3.2 万`. */
export function deltaText(delta: number, form: FigureForm): string {
  const text = figureText(Math.abs(delta), form);
  return delta < 0 ? `${MINUS}${text}` : `+${text}`;
}

function arrowed(percent: number, unit: string, language: NoticeLanguage): string {
  const size = decimals(Math.abs(percent), 1, language, 1);
  if (Number(percent.toFixed(1)) === 0) return `→ 0${unit}`;
  return `${percent > 0 ? "↑" : "↓"} ${size}${unit}`;
}

function moneyText(minor: number, { currency, language }: FigureForm): string {
  const digits = digitsOf(currency);
  const major = minor / 10 ** digits;
  const sign =
    new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" })
      .formatToParts(1)
      .find(({ type }) => type === "currency")?.value ?? "";
  const text = Math.abs(major) < 1_000 ? decimals(Math.abs(major), digits, language) : shortNumber(Math.abs(major), language);
  return `${major < 0 ? MINUS : ""}${sign}${text}`;
}

function secondsText(seconds: number, language: NoticeLanguage): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const [h, m, s] = language === "zh" ? [" 小时", " 分", " 秒"] : ["h", "m", "s"];
  if (hours > 0) return `${hours}${h} ${minutes}${m}`;
  return minutes > 0 ? `${minutes}${m} ${rest}${s}` : `${decimals(seconds, seconds < 10 ? 1 : 0, language)}${s}`;
}

function shortNumber(value: number, language: NoticeLanguage): string {
  const size = Math.abs(value);
  const scales: readonly (readonly [number, string])[] =
    language === "zh"
      ? [
          [1e8, " 亿"],
          [1e4, " 万"],
        ]
      : [
          [1e9, "B"],
          [1e6, "M"],
          [1e4, "K"],
        ];
  const scale = scales.find(([from]) => size >= from * 0.999_95);
  if (scale === undefined) return decimals(value, size < 100 && !Number.isInteger(value) ? 2 : 0, language);
  const divisor = scale[1] === "K" ? 1e3 : scale[0];
  const scaled = value / divisor;
  const whole = Math.max(1, Math.floor(Math.log10(Math.abs(scaled))) + 1);
  return `${decimals(scaled, Math.max(0, Math.min(2, 4 - whole)), language)}${scale[1]}`;
}

function decimals(value: number, most: number, language: NoticeLanguage, least = 0): string {
  return new Intl.NumberFormat(LOCALES[language], { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);
}

function signed(text: string): string {
  return text.replace("-", MINUS);
}

/** A span of local dates as it is read: `2026年7月6日 – 7月12日`, `2026年7月`, `Jul 6 – Jul 12, 2026`. */
export function spanText(
  kind: "daily" | "weekly" | "monthly" | "quarterly" | "yearly",
  span: { readonly from: string; readonly to: string },
  language: NoticeLanguage,
): string {
  const from = dayOfIso(span.from) ?? 0;
  const last = (dayOfIso(span.to) ?? 1) - 1;
  const { year, month } = civilFromDays(from);
  const quarter = Math.floor((month - 1) / 3) + 1;
  switch (kind) {
    case "daily":
      return datedText(from, language);
    case "weekly":
      return weekText(from, last, language);
    case "monthly":
      return dayText(from, { year: "numeric", month: "long" }, language);
    case "quarterly":
      return language === "zh" ? `${year} 年第 ${quarter} 季度` : `Q${quarter} ${year}`;
    case "yearly":
      return language === "zh" ? `${year} 年` : String(year);
    default:
      return kind satisfies never;
  }
}

/** A day with its weekday: `2026年7月16日 周四`, `Thu, Jul 16, 2026`. */
function datedText(day: number, language: NoticeLanguage): string {
  const date = { year: "numeric", month: "short", day: "numeric" } as const;
  if (language === "en") return dayText(day, { ...date, weekday: "short" }, language);
  // Chinese dates have no space before the weekday of their own accord.
  return `${dayText(day, { ...date, month: "long" }, language)} ${dayText(day, { weekday: "short" }, language)}`;
}

function dayText(day: number, options: Intl.DateTimeFormatOptions, language: NoticeLanguage): string {
  return new Intl.DateTimeFormat(LOCALES[language], { timeZone: "UTC", ...options }).format(day * DAY_MS);
}

/** The year stands where each language has it: Chinese before the first day, English after the last; over New Year at both. */
function weekText(from: number, last: number, language: NoticeLanguage): string {
  const short = { month: language === "zh" ? "long" : "short", day: "numeric" } as const;
  const dated = { ...short, year: "numeric" } as const;
  const twoYears = civilFromDays(from).year !== civilFromDays(last).year;
  const first = dayText(from, twoYears || language === "zh" ? dated : short, language);
  return `${first} – ${dayText(last, twoYears || language === "en" ? dated : short, language)}`;
}

import { formatDuration } from "./dates.ts";
import type { Language } from "./language.ts";
import { currencySign, formatCount, formatFigure, formatMoney, formatShare, majorUnits, MINUS, MISSING, moneyText } from "./numbers.ts";

/** What a figure is a figure of. Money comes in minor units, shares as parts of 1, times in seconds. */
export type Unit = "count" | "people" | "times" | "share" | "money" | "seconds" | "number" | "points";

/** How an axis is written: one unit in the card's head, plain numbers at the ticks. */
export type AxisScale = {
  readonly unit: string;
  readonly tick: (value: number) => string;
  /** Values lie on multiples of this, so that ticks are round in the unit shown. */
  readonly divisor: number;
  /** Smallest distance of two ticks; finer ones would be printed as the same number. */
  readonly step: number;
};

/** The ways one kind of figure is written. */
export type Measure = {
  readonly unit: Unit;
  /** For tables, tooltips and exports: every digit that means something. */
  readonly exact: (value: number | null | undefined) => string;
  /** For a column of a table: all its figures to the same precision. */
  readonly inColumn: (values: readonly (number | null | undefined)[]) => (value: number | null | undefined) => string;
  /** For key figures and labels: at most four significant digits. */
  readonly short: (value: number | null | undefined) => string;
  readonly axis: (largest: number) => AxisScale;
  /** For files: the number in the unit named by `exportUnit`, without signs and separators. */
  readonly plain: (value: number) => number;
};

type Style = { readonly language: Language; readonly currency: string };
type Part = { readonly from: number; readonly divisor: number; readonly zh: string; readonly en: string };

const COUNT_PARTS: Readonly<Record<Language, readonly Part[]>> = {
  "zh-CN": [
    { from: 1e8, divisor: 1e8, zh: "亿", en: "" },
    { from: 1e4, divisor: 1e4, zh: "万", en: "" },
  ],
  en: [
    { from: 1e9, divisor: 1e9, zh: "", en: "B" },
    { from: 1e6, divisor: 1e6, zh: "", en: "M" },
    { from: 1e4, divisor: 1e3, zh: "", en: "K" },
  ],
};
const TIME_PARTS: readonly Part[] = [
  { from: 2 * 86_400, divisor: 86_400, zh: "天", en: "days" },
  { from: 2 * 3600, divisor: 3600, zh: "小时", en: "hours" },
  { from: 120, divisor: 60, zh: "分", en: "min" },
  { from: 0, divisor: 1, zh: "秒", en: "s" },
];
const NOUNS: Readonly<Partial<Record<Unit, { readonly zh: string; readonly en: string }>>> = {
  people: { zh: "人", en: "people" },
  times: { zh: "次", en: "times" },
  points: { zh: "分", en: "points" },
};

function tidy(value: number, language: Language): string {
  return formatCount(Math.round(value * 1e6) / 1e6, language);
}

function countAxis(largest: number, unit: Unit, language: Language): AxisScale {
  const part = COUNT_PARTS[language].find(({ from }) => largest >= from);
  const divisor = part?.divisor ?? 1;
  const scaled = part?.[language === "en" ? "en" : "zh"] ?? "";
  const noun = NOUNS[unit]?.[language === "en" ? "en" : "zh"] ?? "";
  return {
    unit: language === "en" ? [scaled, noun].filter(Boolean).join(" ") : `${scaled}${noun}`,
    tick: (value) => tidy(value / divisor, language),
    divisor,
    step: unit === "number" ? 0 : 1,
  };
}

function moneyAxis(largest: number, { language, currency }: Style): AxisScale {
  const minor = 1 / majorUnits(1, currency);
  const part = COUNT_PARTS[language].find(({ from }) => largest / minor >= from);
  const divisor = (part?.divisor ?? 1) * minor;
  const name = currency === "CNY" ? "元" : currency;
  return {
    unit:
      language === "en"
        ? `${currencySign(currency)}${part?.en ?? ""}`
        : `${part?.zh ?? ""}${part === undefined || currency === "CNY" ? "" : " "}${name}`,
    tick: (value) => tidy(value / divisor, language),
    divisor,
    step: part === undefined ? minor : 0,
  };
}

function timeAxis(largest: number, language: Language): AxisScale {
  const part = TIME_PARTS.find(({ from }) => largest >= from);
  const divisor = part?.divisor ?? 1;
  return {
    unit: part?.[language === "en" ? "en" : "zh"] ?? "",
    tick: (value) => tidy(value / divisor, language),
    divisor,
    step: 0,
  };
}

const shareAxis = (language: Language): AxisScale => ({
  unit: "%",
  tick: (value) => tidy(value * 100, language),
  divisor: 0.01,
  step: 0,
});

function known(write: (value: number) => string) {
  return (value: number | null | undefined) => (value === null || value === undefined || !Number.isFinite(value) ? MISSING : write(value));
}

function decimal(value: number, language: Language): string {
  return Math.abs(value) >= 1e4 ? formatFigure(value, language) : formatCount(Number(value.toPrecision(4)), language, 6);
}

/** As many decimals as leave four digits of the largest figure, and no more than any of them has. */
function decimalsOf(values: readonly (number | null | undefined)[]): number {
  const known = values.filter((value) => value !== null && value !== undefined).filter(Number.isFinite);
  const largest = Math.max(0, ...known.map(Math.abs));
  const room = Math.max(0, SIGNIFICANT - Math.max(1, Math.floor(Math.log10(Math.max(1, largest))) + 1));
  const has = known.map(
    (value) =>
      (
        value
          .toFixed(room)
          .replace(/\.?0+$/, "")
          .split(".")[1] ?? ""
      ).length,
  );
  return Math.max(0, ...has);
}

const SIGNIFICANT = 4;

/** The ways a figure of a unit is written, in a language and a currency. */
export function measureOf(unit: Unit, style: Style): Measure {
  const { language, currency } = style;
  if (unit === "money")
    return {
      unit,
      exact: known((value) => formatMoney(value, currency, language)),
      inColumn: () => known((value) => formatMoney(value, currency, language)),
      short: known((value) => moneyText(value, currency, language)),
      axis: (largest) => moneyAxis(largest, style),
      plain: (value) => majorUnits(value, currency),
    };
  if (unit === "share")
    return {
      unit,
      exact: known(exactShare),
      inColumn: () => known(formatShare),
      short: known(formatShare),
      axis: () => shareAxis(language),
      plain: (value) => value,
    };
  if (unit === "seconds") {
    const write = known((value) => formatDuration(value * 1000, language));
    return {
      unit,
      exact: write,
      inColumn: () => write,
      short: write,
      axis: (largest) => timeAxis(largest, language),
      plain: (value) => value,
    };
  }
  return {
    unit,
    exact: known((value) => formatCount(Math.round(value * 1e6) / 1e6, language, 6)),
    inColumn: (values) => {
      const decimals = decimalsOf(values);
      return known((value) => formatCount(value, language, decimals, decimals));
    },
    short: known((value) => (unit === "number" ? decimal(value, language) : formatFigure(value, language))),
    axis: (largest) => countAxis(largest, unit, language),
    plain: (value) => value,
  };
}

/** A share with two decimals where one would hide it: 20.42%. */
function exactShare(share: number): string {
  return `${(share * 100).toFixed(2).replace("-", MINUS)}%`;
}

export type PointsChange = { readonly direction: "up" | "down" | "flat"; readonly text: string; readonly signed: string };

/** Change of a share in percentage points: 0.3 pp, and signed for labels and exports (−0.3 pp). */
export function pointsChange(share: number, previous: number): PointsChange {
  const points = (share - previous) * 100;
  const size = Math.abs(points).toFixed(1);
  if (Number(size) === 0) return { direction: "flat", text: "0.0 pp", signed: "0.0 pp" };
  return { direction: points > 0 ? "up" : "down", text: `${size} pp`, signed: `${points > 0 ? "+" : MINUS}${size} pp` };
}

/** A lift of a share with half the width of its interval: +3.1 pp ±1.1. */
export function liftText(lift: number, halfWidth: number): string {
  return `${pointsText(lift)} ±${Math.abs(halfWidth * 100).toFixed(1)}`;
}

/** A difference of shares without its interval: +2.9 pp. */
export function pointsText(lift: number): string {
  const sign = lift > 0 ? "+" : lift < 0 ? MINUS : "";
  return `${sign}${Math.abs(lift * 100).toFixed(1)} pp`;
}

/** How many times a share is of another: 1.8×. */
export function formatTimes(ratio: number | null | undefined, language: Language): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return MISSING;
  const digits = ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2;
  return language === "en" ? `${ratio.toFixed(digits)}×` : `${ratio.toFixed(digits)} 倍`;
}

import type { Language } from "./language.ts";
import { intlLocale } from "./language.ts";

/** What stands in a cell for a value nobody knows; never 0. */
export const MISSING = "—";
export const MINUS = "−";

/** A figure cut into what is printed large and the unit printed small beside it. */
export type Figure = { readonly text: string; readonly unit: string };

type Scale = { readonly from: number; readonly divisor: number; readonly unit: string };

const SCALES: Readonly<Record<Language, readonly Scale[]>> = {
  "zh-CN": [
    { from: 1e8, divisor: 1e8, unit: "亿" },
    { from: 1e4, divisor: 1e4, unit: "万" },
  ],
  en: [
    { from: 1e9, divisor: 1e9, unit: "B" },
    { from: 1e6, divisor: 1e6, unit: "M" },
    { from: 1e4, divisor: 1e3, unit: "K" },
  ],
};

function withMinus(text: string): string {
  return text.replace("-", MINUS);
}

/** Decimals that keep a scaled value at four significant digits: two in Chinese (58.41 万), one in English (584.1K) where that is telling enough. */
function decimalsFor(scaled: number, language: Language): number {
  const most = language === "zh-CN" || Math.abs(scaled) < 10 ? 2 : 1;
  const whole = Math.max(1, Math.floor(Math.log10(Math.max(1, Math.abs(scaled)))) + 1);
  return Math.max(0, Math.min(most, 4 - whole));
}

function scaleOf(value: number, language: Language): Scale | undefined {
  const size = Math.abs(value);
  // 99,999,999 rounds to 10,000 万: it is written with the larger unit instead.
  return SCALES[language].find(
    ({ from, divisor }) => size >= from || (Math.round(size / (divisor / 1e4)) >= 1e4 && size >= from * 0.99995),
  );
}

/** An exact count for tables: 584,120. */
export function formatCount(value: number | null | undefined, language: Language, decimalsMax = 2, decimalsMin = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  return withMinus(
    new Intl.NumberFormat(intlLocale(language), { minimumFractionDigits: decimalsMin, maximumFractionDigits: decimalsMax }).format(value),
  );
}

/** A key figure with at most four significant digits: 58.41 + 万, 584.1 + K. Below ten thousand it is exact. */
export function figureParts(value: number, language: Language): Figure {
  const scale = scaleOf(value, language);
  if (scale === undefined)
    return { text: formatCount(Math.abs(value) < 1000 ? Math.round(value * 10) / 10 : Math.round(value), language), unit: "" };
  const scaled = value / scale.divisor;
  const digits = decimalsFor(scaled, language);
  return {
    text: withMinus(
      new Intl.NumberFormat(intlLocale(language), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(scaled),
    ),
    unit: scale.unit,
  };
}

/** A key figure as one text: `58.41 万`, `584.1K`. */
export function formatFigure(value: number | null | undefined, language: Language): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  return joinFigure(figureParts(value, language), language);
}

function joinFigure(figure: Figure, language: Language): string {
  if (figure.unit === "") return figure.text;
  return language === "zh-CN" ? `${figure.text} ${figure.unit}` : `${figure.text}${figure.unit}`;
}

function currencyDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** The short sign of a currency: ¥, £, $. */
export function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
  return parts.find(({ type }) => type === "currency")?.value ?? currency;
}

/** Minor units (分, pence) as units of the currency. */
export function majorUnits(minor: number, currency: string): number {
  return minor / 10 ** currencyDigits(currency);
}

/** Units of the currency as minor ones, to the nearest. */
export function minorUnits(major: number, currency: string): number {
  return Math.round(major * 10 ** currencyDigits(currency));
}

/** Money as a key figure from minor units: `¥64.8` + `万`, `¥648.0` + `K`. */
export function moneyParts(minor: number, currency: string, language: Language): Figure {
  const figure = figureParts(Math.round(majorUnits(minor, currency)), language);
  const negative = figure.text.startsWith(MINUS);
  return { text: `${negative ? MINUS : ""}${currencySign(currency)}${negative ? figure.text.slice(1) : figure.text}`, unit: figure.unit };
}

/** Money as one short text from minor units: `¥64.81 万`, `¥648.1K`; below ten thousand with its cents. */
export function moneyText(minor: number, currency: string, language: Language): string {
  return Math.abs(majorUnits(minor, currency)) < 1e4
    ? formatMoney(minor, currency, language)
    : joinFigure(moneyParts(minor, currency, language), language);
}

/** Money in full from minor units: ¥38.00. */
export function formatMoney(minor: number | null | undefined, currency: string, language: Language): string {
  if (minor === null || minor === undefined) return MISSING;
  return withMinus(
    new Intl.NumberFormat(intlLocale(language), { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
      majorUnits(minor, currency),
    ),
  );
}

/** A share in percent, one decimal: 20.4%, 6,317.6%. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return MISSING;
  return `${withMinus((share * 100).toFixed(1)).replaceAll(/\B(?=(?:\d{3})+\.)/g, ",")}%`;
}

/** A level that was chosen, as it was chosen: 90%, 99.5%. */
export function formatLevel(level: number): string {
  return formatShare(level).replace(".0%", "%");
}

export type Change = { readonly direction: "up" | "down" | "flat"; readonly text: string; readonly signed: string };

/** Change against a previous period: an arrow's direction, its size (8.6%) and the signed form for labels and exports (+8.6%). Undefined without a base. */
export function changeOf(value: number, previous: number): Change | undefined {
  if (previous === 0 || !Number.isFinite(previous) || !Number.isFinite(value)) return undefined;
  const ratio = (value - previous) / Math.abs(previous);
  const size = Math.abs(ratio * 100) >= 1000 ? Math.abs(ratio * 100).toFixed(0) : Math.abs(ratio * 100).toFixed(1);
  if (Number(size) === 0) return { direction: "flat", text: "0.0%", signed: "0.0%" };
  return { direction: ratio > 0 ? "up" : "down", text: `${size}%`, signed: `${ratio > 0 ? "+" : MINUS}${size}%` };
}

/** Events a second for the live card: 214, 3.4, 0. */
export function formatRate(perSecond: number, language: Language): string {
  return formatCount(perSecond >= 10 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10, language);
}

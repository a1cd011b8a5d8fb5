import { majorDigits } from "@terrace/domain/templates/money-digits";
import type { FilterImplOptions } from "liquidjs";

/** What filters know of where a message is made. It stands in the globals of a rendering, where no template can name it. */
export type RenderPlace = {
  readonly language: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly nowMs: number;
};
/** Not an identifier of Liquid, so that only filters find it. */
export const PLACE_KEY = " place";

/** Characters of a style of dates. */
const STYLE_MAX = 100;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SHORT_STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date: { year: "numeric", month: "long", day: "numeric" },
  day: { month: "long", day: "numeric" },
  weekday: { weekday: "long" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  datetime: { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

/** A value that a filter cannot work with; told as `template.value_unfit`. */
export class UnfitValue extends Error {
  constructor(filter: string, value: unknown) {
    super(`${filter} cannot work with ${typeof value === "object" ? "a list or an object" : `a ${typeof value}`} like this one`);
    this.name = "UnfitValue";
  }
}

type Bound = ThisParameterType<Extract<FilterImplOptions, (...args: never[]) => unknown>>;

function placeOf(bound: Bound): RenderPlace {
  return Reflect.get(bound.context.globals, PLACE_KEY);
}

/** Our own filters; those of Liquid that are offered besides are listed where the engine is made. */
export const OWN_FILTERS: Readonly<Record<string, FilterImplOptions>> = {
  date(value: unknown, style: unknown = "date") {
    const place = placeOf(this);
    const written = String(style);
    // Each part of a style is worked out by itself.
    if (written.length > STYLE_MAX) throw new UnfitValue("date", style);
    return dateText(value, written, place);
  },
  money(value: unknown, currency: unknown) {
    const { language, currency: own } = placeOf(this);
    const code = typeof currency === "string" ? currency : own;
    const minor = numberOf("money", value);
    const digits = majorDigits(code);
    return new Intl.NumberFormat(language, { style: "currency", currency: code }).format(minor / 10 ** digits);
  },
  number(value: unknown, digits: unknown) {
    const { language } = placeOf(this);
    const asked = typeof digits === "number" && digits >= 0 && digits <= 10 ? Math.floor(digits) : undefined;
    const options = asked === undefined ? {} : { minimumFractionDigits: asked, maximumFractionDigits: asked };
    return new Intl.NumberFormat(language, options).format(numberOf("number", value));
  },
  /** Whole characters, with an ellipsis within the length where something was cut. */
  truncate(value: unknown, length: unknown = 50, ellipsis: unknown = "…") {
    const characters = charactersOf(this, value);
    const most = Math.max(0, Math.floor(numberOf("truncate", length)));
    if (characters.length <= most) return characters.join("");
    const end = Array.from(String(ellipsis)).slice(0, most);
    return [...characters.slice(0, most - end.length), ...end].join("");
  },
  /** Keeps the first and the last characters; everything between is stars. */
  mask(value: unknown, head: unknown = 1, tail: unknown = 1) {
    const characters = charactersOf(this, value);
    const [first, last] = [head, tail].map((count) => Math.max(0, Math.floor(numberOf("mask", count))));
    const [from, to] = [first ?? 1, characters.length - (last ?? 1)];
    return from >= to
      ? "*".repeat(Math.max(3, characters.length))
      : characters.map((one, at) => (at < from || at >= to ? one : "*")).join("");
  },
  /** Says that without this value nothing is to be sent. */
  required: (value: unknown) => value,
  in_link: (value: unknown) => partOfAddress(value),
};

/** The characters of a value, counted among what the rendering may make. */
function charactersOf({ context }: Bound, value: unknown): readonly string[] {
  const words = wordsOf(value);
  context.memoryLimit.use(words.length);
  return Array.from(words);
}

/** A value as words: what is no text, number or list of these has none. */
export function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(wordsOf).join(", ");
  if (value === undefined || value === null) return "";
  throw new UnfitValue("text", value);
}

/** A value as a part of an address; dots alone would lead to another place of it. */
export function partOfAddress(value: unknown): string {
  const words = wordsOf(value);
  if (words === "." || words === "..") throw new UnfitValue("in_link", value);
  return encodeURIComponent(words.toWellFormed());
}

function numberOf(filter: string, value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new UnfitValue(filter, value);
}

function dateText(value: unknown, style: string, { language, timeZone, nowMs }: RenderPlace): string {
  // A day by itself is the same day everywhere.
  const isDay = typeof value === "string" && DAY.test(value);
  const ms = value === "now" ? nowMs : typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw new UnfitValue("date", value);
  const zone = isDay ? "UTC" : timeZone;
  const options = Object.hasOwn(SHORT_STYLES, style) ? SHORT_STYLES[style] : undefined;
  if (options !== undefined) return new Intl.DateTimeFormat(language, { ...options, timeZone: zone }).format(ms);
  return style.replaceAll(/%(-?)([YymdHMSBbAa%])/g, (_all, bare: string, code: string) =>
    datePart(code, bare === "-", { ms, zone, language }),
  );
}

type Instant = { readonly ms: number; readonly zone: string; readonly language: string };

function datePart(code: string, bare: boolean, { ms, zone, language }: Instant): string {
  if (code === "%") return "%";
  const word = WORD_PARTS[code];
  if (word !== undefined) return new Intl.DateTimeFormat(language, { ...word, timeZone: zone }).format(ms);
  const parts = new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  }).formatToParts(ms);
  const part = parts.find(({ type }) => type === NUMBER_PARTS[code])?.value ?? "";
  const written = code === "y" ? part.slice(-2) : part;
  return bare ? String(Number(written)) : written;
}

const WORD_PARTS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  B: { month: "long" },
  b: { month: "short" },
  A: { weekday: "long" },
  a: { weekday: "short" },
};
const NUMBER_PARTS: Readonly<Record<string, Intl.DateTimeFormatPartTypes>> = {
  Y: "year",
  y: "year",
  m: "month",
  d: "day",
  H: "hour",
  M: "minute",
  S: "second",
};

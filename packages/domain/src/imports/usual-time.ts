import { civilFromDays, type LocalTime } from "../time/zoned-time.ts";

/** A time as people and spreadsheets write it: Unix time, or the clock of a place with the zone when the text names one. */
export type UsualTime = { readonly utcMs: number } | { readonly local: LocalTime; readonly zone: string | undefined };

/** The year first, then month and day, with whatever people write between; a time of day and a zone may follow. */
const DAY = /^(?<year>\d{4})\s*[-/.年]\s*(?<month>\d{1,2})\s*[-/.月]\s*(?<day>\d{1,2})\s*(?<mark>[日号]?)/u;
const WEEKDAY = /^[\s(]*(?:星期|周|礼拜)[一二三四五六日天][\s)]*/u;
const CLOCK =
  /^(?<before>上午|下午|凌晨|清晨|早上|中午|傍晚|晚上|[AP]\.?M\.?)?\s*(?<hour>\d{1,2})[:时点](?:(?<minute>\d{1,2})(?:[:分](?<second>\d{1,2})(?:[.,](?<fraction>\d{1,9}))?秒?)?分?)?\s*(?<after>[AP]\.?M\.?)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?$/iu;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2}))?$/u;
/** Days since 1899-12-30 with a part of a day: what a spreadsheet writes for a time when the column is not formatted as one. From 1954 to 2119. */
const SERIAL = /^[2-7]\d{4}(?:\.\d+)?$/u;
const UNIX_DAY = 25_569;
const DAY_SECONDS = 86_400;

/** Reads a time with the year first in any usual spelling, Unix seconds or ms, or the serial number of a spreadsheet; undefined when it is none. */
export function readUsualTime(given: string): UsualTime | undefined {
  // Full-width digits and signs of Chinese input methods.
  const text = /[\uff00-\uffef\u3000]/u.test(given) ? given.normalize("NFKC").trim() : given;
  if (/^1\d{9}$/u.test(text)) return { utcMs: Number(text) * 1000 };
  if (/^1\d{12}$/u.test(text)) return { utcMs: Number(text) };
  if (SERIAL.test(text)) return { local: localOfSerial(Number(text)), zone: undefined };
  return readSpelled(text) ?? readCompact(text);
}

function localOfSerial(serial: number): LocalTime {
  const seconds = Math.round((serial - UNIX_DAY) * DAY_SECONDS);
  const days = Math.floor(seconds / DAY_SECONDS);
  const ofDay = seconds - days * DAY_SECONDS;
  const { year, month, day } = civilFromDays(days);
  return { year, month, day, hour: Math.floor(ofDay / 3600), minute: Math.floor(ofDay / 60) % 60, second: ofDay % 60, millisecond: 0 };
}

function readSpelled(text: string): UsualTime | undefined {
  const day = DAY.exec(text);
  if (day?.groups === undefined) return undefined;
  const behind = text.slice(day[0].length);
  const rest = behind.replace(WEEKDAY, "").replace(/^[T\s]+/u, "");
  const date = { year: Number(day.groups["year"]), month: Number(day.groups["month"]), day: Number(day.groups["day"]) };
  if (rest === "") return { local: { ...date, hour: 0, minute: 0, second: 0, millisecond: 0 }, zone: undefined };
  // `2026-01-0512:30` is a day that lacks its end as well as one followed by a time.
  if (rest === behind && day.groups["mark"] === "" && !/\s$/u.test(day[0])) return undefined;
  const clock = CLOCK.exec(rest)?.groups;
  const time = clock === undefined ? undefined : clockOf(clock);
  return time === undefined ? undefined : { local: { ...date, ...time }, zone: clock?.["zone"] };
}

type Groups = Readonly<Record<string, string | undefined>>;

function clockOf(clock: Groups): Omit<LocalTime, "year" | "month" | "day"> | undefined {
  const { before, after, minute = "0", second = "0", fraction = "0" } = clock;
  const hour = hourOf(Number(clock["hour"]), (before ?? after ?? "").replaceAll(".", "").toUpperCase());
  if (hour === undefined) return undefined;
  return { hour, minute: Number(minute), second: Number(second), millisecond: Number(fraction.padEnd(3, "0").slice(0, 3)) };
}

const BEFORE_NOON: ReadonlySet<string> = new Set(["AM", "上午", "凌晨", "清晨", "早上"]);

/** An hour of the clock of twelve, or of twenty-four where nothing is said; undefined where the words do not fit it. */
function hourOf(hour: number, half: string): number | undefined {
  if (half === "") return hour;
  if (BEFORE_NOON.has(half)) return hour > 12 ? undefined : hour % 12;
  if (half === "中午") return hour < 11 ? hour + 12 : hour;
  // Twelve in the evening is the end of this day or of the one before.
  if (hour === 12 && (half === "晚上" || half === "傍晚")) return undefined;
  return hour < 12 ? hour + 12 : hour;
}

function readCompact(text: string): UsualTime | undefined {
  const match = COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = 0, minute = 0, second = 0] = match.map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const part = (value: number): number => (Number.isNaN(value) ? 0 : value);
  return { local: { year, month, day, hour: part(hour), minute: part(minute), second: part(second), millisecond: 0 }, zone: undefined };
}

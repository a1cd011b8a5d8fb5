/** A local date and time without a zone; `month` and `day` count from 1. */
export type LocalTime = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
};

const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;

/** Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's `days_from_civil`). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date `days` after 1970-01-01, the reverse of `daysFromCivil`. */
export function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted + (shifted < 10 ? 3 : -9);
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

/** `2011-12-09` of a day number. */
export function isoDay(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Day number of `2011-12-09`, or undefined when it is no calendar date. */
export function dayOfIso(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const days = daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3]));
  return isoDay(days) === text ? days : undefined;
}

/** Whether the parts name a real calendar date and time of day. */
export function isRealTime(time: LocalTime): boolean {
  if (time.month < 1 || time.month > 12 || time.day < 1 || time.hour > 23 || time.minute > 59 || time.second > 59) return false;
  const back = civilFromDays(daysFromCivil(time.year, time.month, time.day));
  return back.month === time.month && back.day === time.day;
}

/** The local time read as if it were UTC, Unix ms. */
export function utcMsOf(time: LocalTime): number {
  return (
    daysFromCivil(time.year, time.month, time.day) * DAY_MS +
    time.hour * 3_600_000 +
    time.minute * 60_000 +
    time.second * 1000 +
    time.millisecond
  );
}

/** Answers the distance of a zone's clock from UTC at an instant, in ms. */
export type ZoneClock = (utcMs: number) => number;

const clocks = new Map<string, ZoneClock>();

/** Whether the runtime knows an IANA zone name. */
export function isTimeZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** The clock of an IANA zone; offsets are remembered per quarter of an hour, since they change on no finer step. Throws on an unknown zone. */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsets = new Map<number, number>();
  const clock = (utcMs: number): number => {
    const quarter = Math.floor(utcMs / QUARTER_HOUR_MS);
    const kept = offsets.get(quarter);
    if (kept !== undefined) return kept;
    const offset = localMsAt(format, quarter * QUARTER_HOUR_MS) - quarter * QUARTER_HOUR_MS;
    if (offsets.size > 100_000) offsets.clear();
    offsets.set(quarter, offset);
    return offset;
  };
  clocks.set(zone, clock);
  return clock;
}

function localMsAt(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, value]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
  const year = parts.get("era") === "BC" ? 1 - read("year") : read("year");
  return utcMsOf({
    year,
    month: read("month"),
    day: read("day"),
    hour: read("hour"),
    minute: read("minute"),
    second: read("second"),
    millisecond: 0,
  });
}

/** The instant of a local time given as if it were UTC. A time that occurs twice is the first of the two; one that is skipped moves forward by the gap. */
export function instantOfLocal(localMs: number, clock: ZoneClock): number {
  const before = localMs - clock(localMs - DAY_MS);
  if (before + clock(before) === localMs) return before;
  const after = localMs - clock(localMs + DAY_MS);
  return after + clock(after) === localMs ? after : before;
}

/** Day number of an instant in a zone. */
export function dayAt(utcMs: number, clock: ZoneClock): number {
  return Math.floor((utcMs + clock(utcMs)) / DAY_MS);
}

/** The instant at which a day begins in a zone, Unix ms. */
export function startOfDay(days: number, clock: ZoneClock): number {
  return instantOfLocal(days * DAY_MS, clock);
}

/** `2011-12-09T12:50:00.000Z` of an instant between the years 0 and 9999. */
export function isoInstant(utcMs: number): string {
  const days = Math.floor(utcMs / DAY_MS);
  const rest = utcMs - days * DAY_MS;
  const pad = (value: number, size = 2): string => String(Math.floor(value)).padStart(size, "0");
  return `${isoDay(days)}T${pad(rest / 3_600_000)}:${pad((rest / 60_000) % 60)}:${pad((rest / 1000) % 60)}.${pad(rest % 1000, 3)}Z`;
}

import { civilFromDays, isoDay } from "@terrace/domain/time/zoned-time";

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** The business lives by China's one clock, which has known no summer time since 1991. */
const CHINA_MS = 8 * HOUR_MS;

/** The local day of an instant, as days since 1970-01-01. */
export function dayOf(ms: number): number {
  return Math.floor((ms + CHINA_MS) / DAY_MS);
}

/** The first instant of a local day. */
export function startOf(day: number): number {
  return day * DAY_MS - CHINA_MS;
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

export type Season = { readonly name: string; readonly visits: number; readonly spend: number };

const PLAIN: Season = { name: "", visits: 1, spend: 1 };

/** A feast: from which day to which (around its date) how many more come, and how much more a basket holds. */
type Feast = Season & { readonly from: number; readonly to: number };
const feast = (name: string, [from, to]: readonly [number, number], visits: number, spend: number): Feast => ({
  name,
  from,
  to,
  visits,
  spend,
});

const FIXED = new Map<string, Feast>([
  ["01-01", feast("元旦", [0, 0], 1.25, 1.05)],
  ["02-14", feast("情人节", [-1, 0], 1.3, 1.25)],
  ["03-08", feast("女神节", [-2, 0], 1.35, 1.2)],
  ["05-01", feast("五一", [0, 4], 1.3, 1.05)],
  ["05-20", feast("520", [-1, 0], 1.35, 1.25)],
  ["06-18", feast("618", [-2, 0], 1.7, 1.35)],
  ["10-01", feast("国庆", [0, 6], 1.25, 1.05)],
  ["11-11", feast("双11", [-2, 0], 1.9, 1.45)],
  ["12-12", feast("双12", [-1, 0], 1.4, 1.2)],
  ["12-25", feast("圣诞", [-1, 0], 1.2, 1.1)],
]);

/** Feasts of the lunar calendar by their date; later years have none until they are written here. */
const LUNAR = new Map<string, Feast>([
  ...["2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03"].flatMap((date) => [
    [`${date}/eve`, feast("年货节", [-12, -2], 1.3, 1.3)] as const,
    [date, feast("春节", [-1, 4], 0.6, 0.95)] as const,
  ]),
  ...["2025-08-29", "2026-08-19", "2027-08-08", "2028-08-26", "2029-08-16", "2030-08-05"].map(
    (date) => [date, feast("七夕", [-1, 0], 1.3, 1.25)] as const,
  ),
  ...["2025-05-31", "2026-06-19", "2027-06-09", "2028-05-28", "2029-06-16", "2030-06-05"].map(
    (date) => [date, feast("端午", [-1, 1], 1.15, 1.05)] as const,
  ),
  ...["2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03", "2029-09-22", "2030-09-12"].map(
    (date) => [date, feast("中秋", [-4, 0], 1.35, 1.35)] as const,
  ),
]);

const FURTHEST = 12;
const seasons = new Map<number, Season>();

/** The feast of a day, or an ordinary day; of several the busiest. */
export function seasonOf(day: number): Season {
  let season = seasons.get(day);
  if (season === undefined) {
    season = seasonAnew(day);
    if (seasons.size > 2_000) seasons.clear();
    seasons.set(day, season);
  }
  return season;
}

function seasonAnew(day: number): Season {
  let best: Feast | undefined;
  for (let date = day - FURTHEST; date <= day + FURTHEST; date += 1) {
    const iso = isoDay(date);
    for (const found of [FIXED.get(iso.slice(5)), LUNAR.get(iso), LUNAR.get(`${iso}/eve`)]) {
      if (found === undefined || day < date + found.from || day > date + found.to) continue;
      // A quiet feast (everyone is with the family) wins over the bustle before it.
      if (best === undefined || found.visits < 1 || found.visits > best.visits) best = found;
    }
  }
  return best ?? PLAIN;
}

/** How many of an ordinary day's visits this day has, by weekday, feast and month. */
export function visitFactor(day: number): number {
  const { month } = civilFromDays(day);
  return (WEEKDAYS[weekdayOf(day)] ?? 1) * (MONTHS[month - 1] ?? 1) * seasonOf(day).visits;
}

/** The planted rhythm of the week: Friday evening and the weekend are busiest. */
export const WEEKDAYS = [0.9, 0.88, 0.92, 0.95, 1.08, 1.3, 1.22] as const;
/** Cold drinks: summer is the season. */
const MONTHS = [0.92, 0.92, 0.97, 1, 1.04, 1.08, 1.12, 1.1, 1.03, 0.98, 0.96, 0.94] as const;
/** The planted rhythm of the day: lunch, afternoon tea, evening. */
export const HOURS = [1.2, 0.6, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 3.6, 4.4, 6.4, 7.6, 6, 6.4, 7.4, 6.6, 5.6, 5.8, 6.8, 8, 7.4, 5, 2.6] as const;

/** Members get double points on this day of the month. */
export const MEMBER_DAY = 8;
export function isMemberDay(day: number): boolean {
  return civilFromDays(day).day === MEMBER_DAY;
}

import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";

/** An event of a test, already with the person it belongs to. */
export type ReferenceEvent = {
  readonly person: number;
  readonly name: string;
  readonly timeMs: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly channel: string;
};
export type ReferenceCalendar = { readonly zone: string; readonly weekStart: "monday" | "sunday" };

/**
 * A number that is one more for every interval: how far apart two events lie is the difference of theirs. Slow and obvious: the local date is what
 * the runtime prints. Hours are counted from the epoch, so only zones of whole hours have them.
 */
export function intervalOrdinal(timeMs: number, unit: IntervalUnit, { zone, weekStart }: ReferenceCalendar): number {
  if (unit === "hour") return Math.floor(timeMs / 3_600_000);
  const [year = 0, month = 0, date = 0] = new Date(timeMs).toLocaleDateString("sv", { timeZone: zone }).split("-").map(Number);
  const day = Date.UTC(year, month - 1, date) / 86_400_000;
  // 5 January 1970 was a Monday, 4 January a Sunday.
  if (unit === "week") return Math.floor((day - (weekStart === "monday" ? 4 : 3)) / 7);
  if (unit === "day") return day;
  if (unit === "month") return year * 12 + month;
  return unit === "quarter" ? year * 4 + Math.floor((month - 1) / 3) : year;
}

/** The number of a value: its own, or that of a text that is a plain decimal. */
export function referenceNumber(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** How often each key occurs, by the distinct people in it. */
export function distinctPeople(events: readonly ReferenceEvent[]): number {
  return new Set(events.map(({ person }) => person)).size;
}

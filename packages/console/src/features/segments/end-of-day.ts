import { dayOfIso, isoInstant, startOfDay, zoneClock } from "@terrace/domain/time/zoned-time";

/** The last millisecond of a local day; undefined while the day goes on, or has not come. */
export function endOfDay(date: string, timeZone: string, nowMs: number): string | undefined {
  const day = dayOfIso(date);
  if (day === undefined) return undefined;
  const end = startOfDay(day + 1, zoneClock(timeZone)) - 1;
  return end >= nowMs ? undefined : isoInstant(end);
}

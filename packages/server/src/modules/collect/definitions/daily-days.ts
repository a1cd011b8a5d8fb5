import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";

export type DayVolume = { readonly day: string; readonly events: number; readonly people: number };

/** The days from the first with events to `lastDay` (days since 1970), those without any as 0: a chart then shows the gaps. */
export function withEmptyDays(daily: readonly DayVolume[], lastDay: number): DayVolume[] {
  const known = new Map(daily.map((row) => [row.day, row]));
  const days = daily.flatMap(({ day }) => dayOfIso(day) ?? []);
  const first = days[0];
  if (first === undefined) return [];
  return Array.from({ length: Math.max(lastDay, days.at(-1) ?? lastDay) - first + 1 }, (_, at) => {
    const day = isoDay(first + at);
    return known.get(day) ?? { day, events: 0, people: 0 };
  });
}

import type { IntervalUnit } from "@terrace/domain/insight/time/calendar";
import type { Format } from "../../../app/workspace/use-format.ts";
import { addDays } from "../../../ui/format/dates.ts";

type Interval = { readonly label: string; readonly from: string; readonly to: string };

/** An interval in words: `7月16日 周四`, `7月6日 – 7月12日`, `2026-07`, `7月16日 周四 14:00`. */
export function intervalName({ label, from }: Interval, unit: IntervalUnit, format: Format): string {
  if (unit === "hour") return format.dayTimeWords(from);
  const day = label.slice(0, 10);
  if (unit === "day") return format.calendarDay(day);
  if (unit === "week") return format.rangeOfDays(day, addDays(day, 6));
  return shortUnit(day, unit);
}

/** The same for an axis and the head of a column: `07-16`, `14:00`, `2026-07`, `2026 Q3`. */
export function intervalTick({ label }: Interval, unit: IntervalUnit): string {
  if (unit === "hour") return label.slice(5, 16).replace("T", " ");
  return unit === "day" || unit === "week" ? label.slice(5, 10) : shortUnit(label.slice(0, 10), unit);
}

function shortUnit(day: string, unit: "month" | "quarter" | "year"): string {
  if (unit === "month") return day.slice(0, 7);
  return unit === "year" ? day.slice(0, 4) : `${day.slice(0, 4)} Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

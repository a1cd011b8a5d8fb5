import type { HolidayCalendar } from "@terrace/domain/governor/rules";
import { civilFromDays } from "@terrace/domain/time/zoned-time";
import { weekdayOf } from "@terrace/domain/governor/quiet-hours";
// The library is CommonJS, whose names only its default knows for certain.
import chineseDays from "chinese-days";

const known = new Map<number, boolean>();

/** Whether a day (since 1970-01-01) is off. Of years for which no holidays of China are laid down yet weekends are. */
export function daysOffOf(calendar: HolidayCalendar): (day: number) => boolean {
  return calendar === "weekends" ? (day) => weekdayOf(day) > 5 : isOffInChina;
}

function isOffInChina(day: number): boolean {
  const kept = known.get(day);
  if (kept !== undefined) return kept;
  const { year, month, day: dayOfMonth } = civilFromDays(day);
  // The library reads the parts of a local time of this machine; noon is on the same day in every zone.
  const off = chineseDays.isHoliday(new Date(year, month - 1, dayOfMonth, 12));
  known.set(day, off);
  return off;
}

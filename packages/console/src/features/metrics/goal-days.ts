import type { Goal } from "@terrace/contract/api/goals";
import type { Format } from "../../app/workspace/use-format.ts";
import { addDays } from "../../ui/format/dates.ts";

/** The days of a goal in words: `11月1日 – 11月30日`, of a single day `11月23日 周一`. */
export function goalDays(
  { startsOn, endsBefore }: Pick<Goal, "startsOn" | "endsBefore">,
  { calendarDay, rangeOfDays }: Pick<Format, "calendarDay" | "rangeOfDays">,
): string {
  const last = addDays(endsBefore, -1);
  return last === startsOn ? calendarDay(startsOn) : rangeOfDays(startsOn, last);
}

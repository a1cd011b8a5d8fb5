import type { IntervalUnit } from "../time/calendar.ts";

/** Season lengths that an interval may have, in intervals; none is always possible besides. */
export const SEASONS: Readonly<Record<IntervalUnit, readonly number[]>> = {
  hour: [24, 168],
  day: [7],
  week: [52],
  month: [12],
  quarter: [4],
  year: [],
};

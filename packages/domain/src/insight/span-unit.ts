/** Lengths of time that do not depend on a calendar: a day is 24 hours, a month 30 days. */
export const SPAN_UNITS = ["second", "minute", "hour", "day", "week", "month"] as const;
export type SpanUnit = (typeof SPAN_UNITS)[number];
export type Span = { readonly value: number; readonly unit: SpanUnit };

const UNIT_MS: Readonly<Record<SpanUnit, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
};

/** The length of a span in ms. */
export function spanMs({ value, unit }: Span): number {
  return value * UNIT_MS[unit];
}

const [MINUTE, HOUR, DAY] = [UNIT_MS.minute, UNIT_MS.hour, UNIT_MS.day];
/** Beginnings of the usual brackets of a duration, ms: narrow where people act at once, wide where they take days. */
const USUAL_STARTS: readonly number[] = [
  0,
  10_000,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  3 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  60 * DAY,
  90 * DAY,
  180 * DAY,
  365 * DAY,
];

/** Beginnings of brackets for durations up to a length, ms; the last bracket is open. */
export function usualDurations(upToMs: number): readonly number[] {
  return USUAL_STARTS.filter((startMs) => startMs === 0 || startMs < upToMs);
}

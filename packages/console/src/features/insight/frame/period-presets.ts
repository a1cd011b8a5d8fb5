import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import type { TextKey } from "../../../app/i18n.ts";

type Preset = { readonly key: string; readonly label: TextKey; readonly period: AskedPeriod };

/** Periods that move on with the day. */
export const PRESETS: readonly Preset[] = [
  { key: "today", label: "insight.period.today", period: { last: 1, unit: "day" } },
  { key: "yesterday", label: "insight.period.yesterday", period: { last: 1, unit: "day", complete: true } },
  { key: "7", label: "insight.period.days7", period: { last: 7, unit: "day" } },
  { key: "30", label: "insight.period.days30", period: { last: 30, unit: "day" } },
  { key: "90", label: "insight.period.days90", period: { last: 90, unit: "day" } },
  { key: "180", label: "insight.period.days180", period: { last: 180, unit: "day" } },
  { key: "week", label: "insight.period.week", period: { current: "week" } },
  { key: "month", label: "insight.period.month", period: { current: "month" } },
  { key: "lastWeek", label: "insight.period.lastWeek", period: { last: 1, unit: "week", complete: true } },
  { key: "lastMonth", label: "insight.period.lastMonth", period: { last: 1, unit: "month", complete: true } },
  { key: "weeks12", label: "insight.period.weeks12", period: { last: 12, unit: "week" } },
  { key: "months12", label: "insight.period.months12", period: { last: 12, unit: "month" } },
];

/** The preset that a period is, if it is one. */
export function presetOf(period: AskedPeriod): Preset | undefined {
  return PRESETS.find((preset) => same(preset.period, period));
}

function same(one: AskedPeriod, other: AskedPeriod): boolean {
  if ("from" in one || "from" in other) return "from" in one && "from" in other && one.from === other.from && one.to === other.to;
  if ("current" in one || "current" in other) return "current" in one && "current" in other && one.current === other.current;
  return one.last === other.last && one.unit === other.unit && (one.complete === true) === (other.complete === true);
}

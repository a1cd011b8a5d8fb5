import { resolvePeriod, type AskedPeriod } from "@terrace/domain/insight/time/period";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { presetOf } from "./period-presets.ts";
import { useWeekStart } from "./week-start.tsx";

/** A period in words and its first and last day in the workspace's zone. */
export type PeriodWords = { readonly name: string; readonly range: string; readonly firstDay: string; readonly lastDay: string };

/** Says what a period means today. */
export function usePeriodWords(): (period: AskedPeriod) => PeriodWords {
  const text = useText();
  const format = useFormat();
  const weekStart = useWeekStart();
  return (period) => {
    const span = resolvePeriod(period, { zone: format.timeZone, weekStart }, Date.now());
    const firstDay = span.ok ? format.day(span.value.fromMs) : "";
    const lastDay = span.ok ? format.day(span.value.toMs - 1) : "";
    const range = span.ok ? (firstDay === lastDay ? format.calendarDay(firstDay) : format.rangeOfDays(firstDay, lastDay)) : "";
    const preset = presetOf(period);
    const name =
      preset !== undefined ? text(preset.label) : "last" in period ? text(`insight.lastUnits.${period.unit}`, { count: period.last }) : "";
    return { name, range, firstDay, lastDay };
  };
}

import { useMemo } from "react";
import { clock, dayTimeWords, dayWords, formatDuration, isoDay, rangeWords, recentTime, tableTime } from "../../ui/format/dates.ts";
import { measureOf, type Unit } from "../../ui/format/measures.ts";
import { figureParts, formatCount, formatFigure, formatMoney, formatRate, moneyParts } from "../../ui/format/numbers.ts";
import { useLanguage } from "../i18n.ts";
import { useWorkspace } from "./workspace-context.ts";

type Instant = string | number | null | undefined;

/** Writes numbers, money and times in the language of the console, the zone and the currency of the workspace. */
export function useFormat() {
  const language = useLanguage();
  const { timeZone, currency } = useWorkspace();
  return useMemo(() => {
    const style = () => ({ language, timeZone, nowMs: Date.now() });
    return {
      language,
      timeZone,
      currency,
      count: (value: number | null | undefined) => formatCount(value, language),
      figure: (value: number | null | undefined) => formatFigure(value, language),
      figureParts: (value: number) => figureParts(value, language),
      money: (minor: number | null | undefined) => formatMoney(minor, currency, language),
      moneyParts: (minor: number) => moneyParts(minor, currency, language),
      measure: (unit: Unit) => measureOf(unit, { language, currency }),
      rate: (perSecond: number) => formatRate(perSecond, language),
      duration: (milliseconds: number) => formatDuration(milliseconds, language),
      day: (at: Instant) => isoDay(at, timeZone),
      tableTime: (at: Instant) => tableTime(at, timeZone),
      clock: (at: Instant, seconds = false) => clock(at, timeZone, seconds),
      dayWords: (at: Instant) => dayWords(at, style()),
      dayTimeWords: (at: Instant) => dayTimeWords(at, style()),
      recent: (at: Instant) => recentTime(at, style()),
      /** Calendar days (`2026-07-16`), not instants. */
      rangeOfDays: (from: string, to: string) => rangeWords(`${from}T00:00:00Z`, `${to}T00:00:00Z`, { ...style(), timeZone: "UTC" }),
      calendarDay: (day: string) => dayWords(`${day}T00:00:00Z`, { ...style(), timeZone: "UTC" }),
    };
  }, [language, timeZone, currency]);
}

export type Format = ReturnType<typeof useFormat>;

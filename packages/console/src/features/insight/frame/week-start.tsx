import type { RouteContract } from "@terrace/contract/route";
import { WEEK_STARTS, type WeekStart } from "@terrace/domain/insight/time/calendar";
import { Select } from "antd";
import { createContext, useContext } from "react";
import { useText } from "../../../app/i18n.ts";
import type { Analysis } from "./use-analysis.ts";

/** The day on which the weeks of the question on screen begin, for everything that says which days a period has. */
export const WeekStartContext = createContext<WeekStart>("monday");

export function useWeekStart(): WeekStart {
  return useContext(WeekStartContext);
}

type WithWeeks = { readonly weekStart?: WeekStart; readonly interval?: unknown; readonly period?: unknown };

/** The first day of the week of a question; Monday where it says nothing. */
export function weekStartOf(query: unknown): WeekStart {
  return (query as WithWeeks).weekStart ?? "monday";
}

/** Whether anything in a question is told in weeks. */
function hasWeeks({ interval, period, weekStart }: WithWeeks): boolean {
  const unit =
    typeof period !== "object" || period === null
      ? undefined
      : "unit" in period
        ? period.unit
        : "current" in period
          ? period.current
          : undefined;
  return interval === "week" || unit === "week" || weekStart !== undefined;
}

/** Chooses the day weeks begin with, where the route takes one and the question has weeks. */
export function WeekStartPicker<C extends RouteContract>({ analysis }: { readonly analysis: Analysis<C> }) {
  const text = useText();
  // Which parts a route takes is known when it is asked for, not here.
  const shape = "shape" in analysis.route.body ? (analysis.route.body.shape as object) : {};
  const query = analysis.query as WithWeeks;
  if (!("weekStart" in shape) || !hasWeeks(query)) return null;
  const apply = analysis.apply as (change: WithWeeks) => void;
  return (
    <Select<WeekStart>
      aria-label={text("insight.weekStart")}
      popupMatchSelectWidth={false}
      value={weekStartOf(query)}
      onChange={(weekStart) => apply({ weekStart: weekStart === "monday" ? undefined : weekStart } as WithWeeks)}
      options={WEEK_STARTS.map((day) => ({ value: day, label: text(`insight.weekStart.${day}`) }))}
    />
  );
}

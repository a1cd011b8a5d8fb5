import type { Text } from "../../app/i18n.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import type { ChartSeries, ChartSpec } from "../../ui/chart/chart-spec.ts";
import { changeOf, majorUnits } from "../../ui/format/numbers.ts";
import type { FigureId } from "./figures.ts";
import { exactValue, figureValue } from "./figures.ts";
import type { Overview } from "./HomePage.tsx";

type TrendInput = {
  readonly overview: Overview;
  readonly before: Overview | undefined;
  readonly figure: FigureId;
  readonly text: Text;
  readonly format: Format;
};

/** Cuts a series at a day that is not over: solid up to yesterday, pale from yesterday to today. */
export function splitUnfinished(
  days: readonly string[],
  values: readonly number[],
  today: string,
): { readonly solid: readonly (number | null)[]; readonly pale: readonly (number | null)[] | undefined } {
  if (days.at(-1) !== today) return { solid: values, pale: undefined };
  const last = values.length - 1;
  return { solid: values.map((value, i) => (i === last ? null : value)), pale: values.map((value, i) => (i >= last - 1 ? value : null)) };
}

/** The lines of the chart: this period solid, today's unfinished day pale, the period before dashed. */
function trendLines({ overview, before, figure, text, format }: TrendInput): readonly ChartSeries[] {
  const series = pointsOf(overview, figure);
  const { solid, pale } = splitUnfinished(
    series.map(({ day }) => day),
    series.map(({ value }) => value),
    format.day(Date.now()),
  );
  const current = text("home.thisPeriod");
  const lines: ChartSeries[] = [{ name: current, values: solid, style: "solid" }];
  if (pale !== undefined) lines.push({ name: current, values: pale, style: "pale" });
  const earlier = before === undefined ? [] : pointsOf(before, figure);
  if (earlier.length === series.length)
    lines.push({ name: text("home.periodBefore"), values: earlier.map(({ value }) => value), style: "dashed" });
  return lines;
}

function pointsOf(overview: Overview, figure: FigureId) {
  return overview.figures.find(({ id }) => id === figure)?.series ?? [];
}

/** The chart of one figure by day. */
export function trendSpec(input: TrendInput): ChartSpec {
  const { overview, figure, text, format } = input;
  const view = overview.figures.find(({ id }) => id === figure);
  const days = pointsOf(overview, figure).map(({ day }) => day);
  const total = figureValue(figure, view?.value ?? 0, format);
  const change = view === undefined ? undefined : changeOf(view.value, view.previous);
  return {
    kind: "line",
    categories: days.map((day) => format.calendarDay(day)),
    ticks: days.map((day) => day.slice(5)),
    series: trendLines(input),
    formatValue: (value) => exactValue(figure, value, format),
    formatAxis: (value) => format.figure(figure === "revenue_minor" ? Math.round(majorUnits(value, format.currency)) : value),
    axisStepMin: figure === "revenue_minor" ? Math.round(1 / majorUnits(1, format.currency)) : 1,
    summary: text("home.trendSummary", {
      figure: text(`figure.${figure}`),
      range: format.rangeOfDays(overview.from, overview.to),
      value: `${total.text} ${total.unit}`.trim(),
      change: change?.signed ?? "—",
    }),
  };
}

import type { Text } from "../../app/i18n.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import type { ChartSeries, TimeSpec } from "../../ui/chart/chart-spec.ts";
import { addDays } from "../../ui/format/dates.ts";
import { changeOf } from "../../ui/format/numbers.ts";
import type { FigureId } from "./figures.ts";
import { figureValue, unitOfFigure } from "./figures.ts";
import type { Overview } from "./answers.ts";

type TrendInput = {
  readonly overview: Overview;
  readonly before: Overview | undefined;
  readonly figure: FigureId;
  readonly text: Text;
  readonly format: Format;
};

/** The lines of the chart: this period solid, the period before dashed. */
function trendLines({ overview, before, figure, text, format }: TrendInput): readonly ChartSeries[] {
  const series = pointsOf(overview, figure);
  const lines: ChartSeries[] = [{ key: "now", name: text("home.thisPeriod"), values: series.map(({ value }) => value), style: "solid" }];
  const earlier = before === undefined ? [] : pointsOf(before, figure);
  if (earlier.length === series.length)
    lines.push({
      key: "before",
      of: "now",
      name: text("home.periodBefore"),
      values: earlier.map(({ value }) => value),
      style: "dashed",
      categories: earlier.map(({ day }) => format.calendarDay(day)),
    });
  return lines;
}

function pointsOf(overview: Overview, figure: FigureId) {
  return overview.figures.find(({ id }) => id === figure)?.series ?? [];
}

/** The chart of one figure by day. */
export function trendSpec(input: TrendInput): TimeSpec {
  const { overview, figure, text, format } = input;
  const view = overview.figures.find(({ id }) => id === figure);
  const days = pointsOf(overview, figure).map(({ day }) => day);
  const total = figureValue(figure, view?.value ?? 0, format);
  const change = view === undefined ? undefined : changeOf(view.value, view.previous);
  return {
    kind: "time",
    shape: "area",
    categories: days.map((day) => format.calendarDay(day)),
    ticks: days.map((day) => day.slice(5)),
    days: [...days, addDays(overview.to, 1)],
    series: trendLines(input),
    measure: format.measure(unitOfFigure(figure)),
    unfinished: days.map((day) => day === format.day(Date.now())),
    summary: text("home.trendSummary", {
      figure: text(`figure.${figure}`),
      range: format.rangeOfDays(overview.from, overview.to),
      value: `${total.text} ${total.unit}`.trim(),
      change: change?.signed ?? "—",
    }),
  };
}

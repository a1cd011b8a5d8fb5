import type { queryMetric } from "@terrace/contract/api/insight-metric";
import type { MetricView } from "@terrace/contract/api/metric-parts";
import type { Text } from "../../app/i18n.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import { ChangeText } from "../../ui/ChangeText.tsx";
import type { ChartPick, TimeSpec } from "../../ui/chart/chart-spec.ts";
import { MISSING } from "../../ui/format/numbers.ts";
import type { KeyFigure } from "../insight/frame/FigureStrip.tsx";
import { intervalName, intervalTick } from "../insight/frame/interval-names.ts";
import type { PeopleWords } from "../insight/frame/people-words.ts";
import type { Answered, Cell } from "../insight/frame/use-analysis.ts";
import { betterOf, changeOfMetric } from "./metric-words.ts";

export type MetricAnswer = Answered<typeof queryMetric>;
export type MetricGround = {
  readonly text: Text;
  readonly format: Format;
  readonly name: string;
  readonly metric: Pick<MetricView, "unit" | "better">;
};

function lineOf({ body }: MetricAnswer) {
  return body.metrics[0]?.lines[0];
}

/** The figure of the whole period with its change, and what it is a quotient of; where people can be seen each opens those behind it. */
export function metricFigures(
  answer: MetricAnswer,
  { text, format, metric }: MetricGround,
  open?: (cell: Cell) => void,
): readonly KeyFigure[] {
  const line = lineOf(answer);
  if (line === undefined) return [];
  const measure = format.measure(metric.unit);
  const change = changeOfMetric(metric, line);
  const plain = format.measure("number");
  const { basis } = line;
  const opening = (value: string, cell: Cell, name: string) =>
    open === undefined ? (
      value
    ) : (
      <button
        type="button"
        className="plain-button cell-button"
        title={text("insight.seePeople")}
        aria-label={text("insight.seePeopleOf", { row: value, column: name })}
        onClick={() => open(cell)}
      >
        {value}
      </button>
    );
  const whole: KeyFigure = {
    key: "total",
    name: text("insight.wholePeriod"),
    value: line.total === null ? text("metrics.unknown") : opening(measure.short(line.total), {}, text("insight.wholePeriod")),
    ...(line.why === undefined || line.why.total === null ? {} : { detail: text(`metrics.why.${line.why.total}`) }),
    ...(change === undefined ? {} : { detail: <ChangeText change={change} better={betterOf(metric.better)} /> }),
  };
  if (basis === undefined) return [whole];
  const part = (key: "numerator" | "denominator"): KeyFigure => {
    const unit = metric.unit === "money" && key === "numerator" ? measure : plain;
    const value = unit.short(basis[key].total);
    const name = text(`metrics.${key}`);
    // A number of people is a quotient only as the mean of its days, and behind days there is nobody.
    return { key, name, value: metric.unit === "people" || !basis[key].total ? value : opening(value, { part: key }, name) };
  };
  return [whole, part("numerator"), part("denominator")];
}

/** The course of a metric, the period before dashed. */
export function metricSpec(answer: MetricAnswer, { text, format, name, metric }: MetricGround): TimeSpec {
  const { body, query } = answer;
  const unit = query.interval ?? "day";
  const line = lineOf(answer);
  const measure = format.measure(metric.unit);
  return {
    kind: "time",
    shape: "line",
    categories: body.intervals.map((interval) => intervalName(interval, unit, format)),
    ticks: body.intervals.map((interval) => intervalTick(interval, unit)),
    series: [
      { key: "now", name, values: line?.points ?? [], style: "solid" },
      ...(line?.previous === undefined
        ? []
        : [
            {
              key: "now<",
              name: text("insight.previousPeriod"),
              values: line.previous.points,
              style: "dashed" as const,
              of: "now",
              categories: body.previousIntervals?.map((interval) => intervalName(interval, unit, format)) ?? [],
            },
          ]),
    ],
    measure,
    unfinished: body.intervals.map(({ complete }) => !complete),
    summary: text("metrics.summary", {
      name,
      total: line === undefined ? MISSING : measure.short(line.total),
      count: body.intervals.length,
    }),
  };
}

/** Whose figure a point of the chart is. */
export function metricCell(_answer: MetricAnswer, pick: ChartPick): Cell | undefined {
  if (pick.kind !== "point") return undefined;
  return { interval: pick.index, ...(pick.series === "now<" ? { previous: true } : {}) };
}

/** What is said of the people behind a point. */
export function metricPeople(answer: MetricAnswer, cell: Cell, { text, format, name, metric }: MetricGround): PeopleWords | undefined {
  const { body, query } = answer;
  const line = lineOf(answer);
  if (line !== undefined && cell["interval"] === undefined) return wholePeople(line, cell, { text, format, name, metric });
  const previous = cell["previous"] === true;
  const at = typeof cell["interval"] === "number" ? cell["interval"] : undefined;
  const interval = at === undefined ? undefined : (previous ? body.previousIntervals : body.intervals)?.[at];
  if (line === undefined || at === undefined || interval === undefined) return undefined;
  const value = (previous ? line.previous?.points : line.points)?.[at];
  return {
    title: name,
    detail: intervalName(interval, query.interval ?? "day", format),
    ...(metric.unit === "people" && value !== undefined && value !== null
      ? { people: value }
      : { basis: format.measure(metric.unit).exact(value) }),
  };
}

type Line = NonNullable<ReturnType<typeof lineOf>>;

/** What is said of the people behind the whole period, or behind what it is a quotient of. */
function wholePeople({ total, basis }: Line, cell: Cell, { text, format, name, metric }: MetricGround): PeopleWords {
  const part = cell["part"] === "numerator" || cell["part"] === "denominator" ? cell["part"] : undefined;
  const detail = part === undefined ? text("insight.wholePeriod") : `${text("insight.wholePeriod")} · ${text(`metrics.${part}`)}`;
  const value = part === undefined ? total : (basis?.[part].total ?? null);
  const unit = part === undefined || (metric.unit === "money" && part === "numerator") ? metric.unit : "number";
  const isPeople = metric.unit === "people" && part === undefined && basis === undefined && value !== null;
  return { title: name, detail, ...(isPeople ? { people: value } : { basis: format.measure(unit).exact(value) }) };
}

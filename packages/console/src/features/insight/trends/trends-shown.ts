import type { queryTrends } from "@terrace/contract/api/insight-trends";
import type { Text } from "../../../app/i18n.ts";
import type { Format } from "../../../app/workspace/use-format.ts";
import type { ChartPick, ChartSeries, TimeShape, TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { chartDays } from "../annotations/chart-days.ts";
import { intervalName, intervalTick } from "../frame/interval-names.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { TableCell, TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import { valueWords } from "../value-words.ts";
import { seriesName, unitOfMeasure, unitOfQuery } from "./trends-words.ts";

export type TrendsAnswer = Answered<typeof queryTrends>;
type Line = TrendsAnswer["body"]["lines"][number];
export type TrendsGround = {
  readonly text: Text;
  readonly format: Format;
  readonly nameOf: (event: string) => string;
  readonly segmentOf?: (id: string) => string;
};

/** What tells a line from the others of an answer. */
function keyOf({ series, value, other }: Line): string {
  return `${series ?? "formula"}|${other ? "*" : (value ?? "—")}|${value === undefined ? "" : "by"}`;
}

/** The name of a line: its series, its value of the breakdown, or both where there are several of each. */
export function lineName(line: Line, { query }: TrendsAnswer, ground: TrendsGround): string {
  const { text } = ground;
  const series = line.series === null ? undefined : query.series[line.series];
  const own = series === undefined ? text("insight.formula") : seriesName(series, ground);
  if (query.breakdown === undefined || (line.value === undefined && !line.other)) return own;
  const value = valueWords({ by: query.breakdown.by, value: line.value, other: line.other }, ground);
  return query.series.length + (query.formula === undefined ? 0 : 1) > 1 ? `${own} · ${value}` : value;
}

/** The unit a line's figures are written in. */
export function measureOfLine(line: Line, { query }: TrendsAnswer, format: Format) {
  const series = line.series === null ? undefined : query.series[line.series];
  return format.measure(series === undefined ? "number" : unitOfMeasure(series.measure));
}

/** The chart: measured lines, their comparison dashed, and a moving average where it was asked for. */
export function trendsSpec(answer: TrendsAnswer, shape: TimeShape, ground: TrendsGround): TimeSpec {
  const { text, format } = ground;
  const { query, body } = answer;
  const unit = query.interval ?? "day";
  const series = body.lines.flatMap((line): readonly ChartSeries[] => {
    const [key, name] = [keyOf(line), lineName(line, answer, ground)];
    const measured: ChartSeries = { key, name, values: line.points, style: "solid", ...(line.other ? { other: true } : {}) };
    const before = body.previousIntervals?.map((interval) => intervalName(interval, unit, format)) ?? [];
    return [
      measured,
      ...(line.movingAverage === undefined
        ? []
        : [
            {
              key: `${key}~`,
              name: body.lines.length === 1 ? text("insight.movingAverage") : text("insight.movingAverageOf", { name }),
              values: line.movingAverage,
              style: "dashed" as const,
              of: key,
            },
          ]),
      ...(line.previous === undefined
        ? []
        : [
            {
              key: `${key}<`,
              name: body.lines.length === 1 ? text("insight.previousPeriod") : text("insight.previousOf", { name }),
              values: line.previous.points,
              style: "dashed" as const,
              of: key,
              categories: before,
            },
          ]),
      ...comparedSeries(line, answer, ground),
    ];
  });
  const [first] = body.lines;
  return {
    kind: "time",
    shape,
    categories: body.intervals.map((interval) => intervalName(interval, unit, format)),
    ticks: body.intervals.map((interval) => intervalTick(interval, unit)),
    days: chartDays(body.intervals, format),
    series,
    measure: format.measure(unitOfQuery(query)),
    unfinished: body.intervals.map(({ complete }) => !complete),
    summary: text("insight.trends.summary", {
      name: first === undefined ? "" : lineName(first, answer, ground),
      total: first === undefined ? MISSING : measureOfLine(first, answer, format).short(first.total),
      count: body.intervals.length,
    }),
  };
}

/** The line of the other people, dashed in the colour of the line it is held against. */
function comparedSeries(line: Line, answer: TrendsAnswer, ground: TrendsGround): readonly ChartSeries[] {
  const compared = comparedLine(line, answer);
  if (compared === undefined) return [];
  const { text } = ground;
  const name = lineName(line, answer, ground);
  return [
    {
      key: `${keyOf(line)}=`,
      name: answer.body.lines.length === 1 ? comparedName(answer, text) : `${name} · ${comparedName(answer, text)}`,
      values: compared.points,
      style: "dashed",
      of: keyOf(line),
    },
  ];
}

/** The same series of what is compared with; a value of a breakdown has none. */
function comparedLine(line: Line, { body }: TrendsAnswer): Line | undefined {
  return line.value === undefined && !line.other ? body.comparison?.lines.find(({ series }) => series === line.series) : undefined;
}

function comparedName({ query }: TrendsAnswer, text: Text): string {
  return text(query.compareWith === "previous" ? "insight.previousPeriod" : "insight.otherPeople");
}

/** Whose figure a point of the chart is. */
export function trendsCell({ body }: TrendsAnswer, pick: ChartPick): Cell | undefined {
  if (pick.kind !== "point") return undefined;
  const key = pick.series.replace(/[~<=]$/, "");
  const line = body.lines.find((each) => keyOf(each) === key);
  if (line === undefined) return undefined;
  if (pick.series.endsWith("=")) return comparedCell(line, pick.index);
  return cellOf(line, pick.index, pick.series.endsWith("<"));
}

/** A figure of those compared with. */
function comparedCell(line: Line, interval: number | undefined): Cell | undefined {
  const cell = cellOf(line, interval);
  return cell === undefined ? undefined : { ...cell, of: { compared: true } };
}

function cellOf(line: Line, interval: number | undefined, previous = false): Cell | undefined {
  if (line.series === null) return undefined;
  return {
    series: line.series,
    ...(interval === undefined ? {} : { interval }),
    ...(previous ? { previous } : {}),
    ...(line.other ? { other: true } : line.value === undefined ? {} : { value: line.value }),
  };
}

/** The table: a line each, the whole period first, then every interval. */
export function trendsTable(answer: TrendsAnswer, ground: TrendsGround): TableModel {
  const { text, format } = ground;
  const { query, body } = answer;
  const compared = body.lines.some(({ previous }) => previous !== undefined);
  const held = body.comparison !== undefined;
  const unit = query.interval ?? "day";
  return {
    columns: [
      { key: "name", title: text("insight.line") },
      { key: "total", title: text("insight.wholePeriod"), figure: true, lead: true },
      ...(compared
        ? [
            { key: "previous", title: text("insight.previousPeriod"), figure: true },
            { key: "change", title: text("insight.change"), figure: true, lead: true },
          ]
        : []),
      ...(held
        ? [
            { key: "compared", title: comparedName(answer, text), figure: true },
            { key: "against", title: text("insight.againstCompared"), figure: true },
          ]
        : []),
      ...body.intervals.map((interval) => ({ key: interval.from, title: intervalTick(interval, unit), figure: true })),
    ],
    rows: body.lines.map((line) => {
      const measure = measureOfLine(line, answer, format);
      const figure = (value: number | null | undefined, cell: Cell | undefined, pale = false): TableCell => ({
        text: measure.exact(value),
        value: value ?? null,
        ...(cell === undefined || value === null || value === undefined || value === 0 ? {} : { cell }),
        ...(pale ? { tone: "pale" as const } : {}),
      });
      const name = lineName(line, answer, ground);
      const other = comparedLine(line, answer);
      return {
        key: keyOf(line),
        cells: [
          { text: name, value: name },
          figure(line.total, cellOf(line, undefined)),
          ...(compared ? [figure(line.previous?.total, cellOf(line, undefined, true)), changeCell(line.change)] : []),
          ...(held ? [figure(other?.total, comparedCell(line, undefined)), changeCell(shareMore(line.total, other?.total))] : []),
          ...body.intervals.map(({ complete }, i) => figure(line.points[i], cellOf(line, i), !complete)),
        ],
      };
    }),
  };
}

/** By which share a figure is above another. */
function shareMore(now: number | null, other: number | null | undefined): number | null {
  return now === null || other === null || other === undefined || other === 0 ? null : (now - other) / Math.abs(other);
}

function changeCell(change: number | null | undefined): TableCell {
  if (change === null || change === undefined) return { text: MISSING, value: "" };
  const size = formatShare(Math.abs(change));
  const arrow = size === "0.0%" ? "" : change > 0 ? "↑ " : "↓ ";
  return { text: `${arrow}${size}`, value: `${change > 0 ? "+" : ""}${(change * 100).toFixed(1)}%` };
}

/** What is said of the people behind a figure. */
export function trendsPeople(answer: TrendsAnswer, cell: Cell, ground: TrendsGround): PeopleWords | undefined {
  const { text, format } = ground;
  const { query } = answer;
  const line = lineOf(answer, cell);
  const series = line === undefined || line.series === null ? undefined : query.series[line.series];
  if (line === undefined || series === undefined) return undefined;
  const isCompared = cell["of"] !== undefined;
  const figures = isCompared ? comparedLine(line, answer) : line;
  if (figures === undefined) return undefined;
  const { value, interval } = pointOf(answer, figures, cell);
  const { kind } = series.measure;
  return {
    title: isCompared ? `${lineName(line, answer, ground)} · ${comparedName(answer, text)}` : lineName(line, answer, ground),
    detail: interval === undefined ? wholeName(cell, text) : intervalName(interval, query.interval ?? "day", format),
    ...(kind === "people"
      ? { people: value ?? 0 }
      : { basis: `${text(`insight.measure.${kind}`)} ${measureOfLine(line, answer, format).exact(value)}` }),
  };
}

/** What a figure of no interval is of. */
function wholeName(cell: Cell, text: TrendsGround["text"]): string {
  return text(cell["previous"] === true ? "insight.previousPeriod" : "insight.wholePeriod");
}

function lineOf({ body }: TrendsAnswer, cell: Cell): Line | undefined {
  return body.lines.find((each) => {
    const own = cellOf(each, undefined);
    return own !== undefined && own["series"] === cell["series"] && own["other"] === cell["other"] && own["value"] === cell["value"];
  });
}

/** The figure of a cell, and its interval; none is the whole period. */
function pointOf({ body }: TrendsAnswer, line: Line, cell: Cell) {
  const previous = cell["previous"] === true;
  const figures = previous ? line.previous : line;
  const at = cell["interval"];
  if (typeof at !== "number") return { value: figures?.total, interval: undefined };
  return { value: figures?.points[at], interval: (previous ? body.previousIntervals : body.intervals)?.[at] };
}

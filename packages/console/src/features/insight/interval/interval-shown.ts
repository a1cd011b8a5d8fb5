import type { getInterval } from "@terrace/contract/api/insight-interval";
import type { ChartPick, HistogramSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare } from "../../../ui/format/numbers.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";

export type IntervalAnswer = Answered<typeof getInterval>;
type Bracket = { readonly fromSeconds: number; readonly toSeconds: number | null };

/** A length of time between two: `5 分 – < 10 分`, `≥ 7 天`. */
export function spanName({ fromSeconds, toSeconds }: Bracket, { format }: Pick<Ground, "format">): string {
  const write = (seconds: number) => (seconds === 0 ? "0" : format.duration(seconds * 1000));
  return toSeconds === null ? `≥ ${write(fromSeconds)}` : `${write(fromSeconds)} – < ${write(toSeconds)}`;
}

/** The brackets from the first to the last that holds something. */
export function filledBrackets<Bracket extends { readonly intervals: number }>(histogram: readonly Bracket[]): readonly Bracket[] {
  const first = histogram.findIndex(({ intervals }) => intervals > 0);
  return first < 0 ? [] : histogram.slice(first, histogram.findLastIndex(({ intervals }) => intervals > 0) + 1);
}

/** Intervals by their length. */
export function intervalSpec({ body }: IntervalAnswer, ground: Ground): HistogramSpec {
  const { text, format } = ground;
  const seconds = format.measure("seconds");
  return {
    kind: "histogram",
    head: text("insight.interval.length"),
    name: text("insight.interval.intervals"),
    measure: format.measure("times"),
    brackets: filledBrackets(body.histogram).map((bracket, i) => ({
      key: `${i}`,
      label: spanName(bracket, ground),
      tick: bracket.fromSeconds === 0 ? "0" : format.duration(bracket.fromSeconds * 1000),
      value: bracket.intervals,
    })),
    summary: text("insight.interval.summary", {
      count: format.figure(body.intervals),
      median: seconds.short(body.percentiles.find(({ percent }) => percent === 50)?.seconds),
    }),
  };
}

const cellOf = ({ fromSeconds, toSeconds }: Bracket): Cell => ({ fromSeconds, toSeconds });

export function intervalCell({ body }: IntervalAnswer, pick: ChartPick): Cell | undefined {
  const bracket = pick.kind === "bracket" ? filledBrackets(body.histogram)[pick.index] : undefined;
  return bracket === undefined || bracket.people === 0 ? undefined : cellOf(bracket);
}

export function intervalTable({ body }: IntervalAnswer, ground: Ground): TableModel {
  const { text, format } = ground;
  let before = 0;
  return {
    columns: [
      { key: "length", title: text("insight.interval.length") },
      { key: "intervals", title: text("insight.interval.intervals"), figure: true, lead: true },
      { key: "within", title: text("insight.interval.within"), figure: true },
      { key: "people", title: text("insight.measure.people"), figure: true, lead: true },
    ],
    rows: filledBrackets(body.histogram).map((bracket) => {
      before += bracket.intervals;
      const name = spanName(bracket, ground);
      const share = (part: number) => formatShare(body.intervals === 0 ? undefined : part / body.intervals);
      return {
        key: name,
        cells: [
          { text: name, value: name },
          { text: format.count(bracket.intervals), value: bracket.intervals, share: share(bracket.intervals) },
          { text: share(before), value: body.intervals === 0 ? null : before / body.intervals },
          { text: format.count(bracket.people), value: bracket.people, ...(bracket.people === 0 ? {} : { cell: cellOf(bracket) }) },
        ],
      };
    }),
  };
}

export function intervalPeople({ body }: IntervalAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const bracket = body.histogram.find(({ fromSeconds }) => fromSeconds === cell["fromSeconds"]);
  if (bracket === undefined) return undefined;
  return { title: spanName(bracket, ground), detail: ground.text("insight.interval.behind"), people: bracket.people };
}

/** How long it took from one event to the next. */
export function intervalShown(answer: IntervalAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const { short } = format.measure("seconds");
  const percentile = (wanted: number) => short(body.percentiles.find(({ percent }) => percent === wanted)?.seconds);
  const count = format.measure("count");
  return {
    empty: body.intervals === 0,
    figures: [
      keyFigure("count", text("insight.interval.intervals"), body.intervals, count),
      keyFigure("people", text("insight.measure.people"), body.people, count),
      { key: "median", name: text("insight.measure.median"), value: percentile(50) },
      { key: "average", name: text("insight.measure.average"), value: short(body.averageSeconds) },
      { key: "p90", name: text("insight.interval.p90"), value: percentile(90) },
    ],
    spec: intervalSpec(answer, ground),
    cellOf: (pick) => intervalCell(answer, pick),
    table: intervalTable(answer, ground),
    behind: (cell) => intervalPeople(answer, cell, ground),
  };
}

import type { getDistribution } from "@terrace/contract/api/insight-distribution";
import type { ChartPick, HistogramSpec } from "../../../ui/chart/chart-spec.ts";
import type { Measure } from "../../../ui/format/measures.ts";
import { formatShare } from "../../../ui/format/numbers.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import { eventWords, type Ground } from "../use-ground.ts";

export type DistributionAnswer = Answered<typeof getDistribution>;
type Bracket = { readonly from: number; readonly to: number | null };

/** How the figures that people are told apart by are written. */
export function measureOfDistribution({ query }: DistributionAnswer, { format }: Ground): Measure {
  return format.measure(query.measure?.kind === "sum" ? "number" : "times");
}

/** A bracket in words: `3`, `2 – 4` (whole numbers, both included), `10 – < 20`, `≥ 50`. */
export function bracketName({ from, to }: Bracket, whole: boolean, write: (value: number) => string): string {
  if (to === null) return `≥ ${write(from)}`;
  if (whole) return to - from === 1 ? write(from) : `${write(from)} – ${write(to - 1)}`;
  return `${write(from)} – < ${write(to)}`;
}

function named(answer: DistributionAnswer, ground: Ground): (bracket: Bracket) => string {
  const { exact } = measureOfDistribution(answer, ground);
  return (bracket) => bracketName(bracket, answer.query.measure?.kind !== "sum", exact);
}

/** People by bracket. */
export function distributionSpec(answer: DistributionAnswer, ground: Ground): HistogramSpec {
  const { text, format } = ground;
  const { body } = answer;
  const name = named(answer, ground);
  return {
    kind: "histogram",
    head: headOf(answer, ground),
    name: text("insight.measure.people"),
    measure: format.measure("people"),
    brackets: body.brackets.map((bracket, i) => ({ key: `${i}`, label: name(bracket), tick: name(bracket), value: bracket.people })),
    summary: text("insight.distribution.summary", {
      people: format.figure(body.people),
      median: measureOfDistribution(answer, ground).short(body.median),
      average: measureOfDistribution(answer, ground).short(body.average),
    }),
  };
}

function headOf({ query }: DistributionAnswer, { text }: Ground): string {
  return query.measure?.kind === "sum" ? query.measure.property : text(`insight.distribution.${query.measure?.kind ?? "count"}`);
}

const cellOf = ({ from, to }: Bracket): Cell => ({ from, to });

export function distributionCell({ body }: DistributionAnswer, pick: ChartPick): Cell | undefined {
  const bracket = pick.kind === "bracket" ? body.brackets[pick.index] : undefined;
  return bracket === undefined ? undefined : cellOf(bracket);
}

export function distributionTable(answer: DistributionAnswer, ground: Ground): TableModel {
  const { text, format } = ground;
  const name = named(answer, ground);
  let above = answer.body.people - answer.body.below;
  return {
    columns: [
      { key: "bracket", title: headOf(answer, ground) },
      { key: "people", title: text("insight.measure.people"), figure: true, lead: true },
      { key: "share", title: text("insight.share"), figure: true, lead: true },
      { key: "atLeast", title: text("insight.distribution.atLeast"), figure: true },
    ],
    rows: answer.body.brackets.map((bracket) => {
      const reached = above;
      above -= bracket.people;
      return {
        key: `${bracket.from}`,
        cells: [
          { text: name(bracket), value: name(bracket) },
          { text: format.count(bracket.people), value: bracket.people, ...(bracket.people === 0 ? {} : { cell: cellOf(bracket) }) },
          { text: formatShare(bracket.share), value: bracket.share },
          {
            text: format.count(reached),
            value: reached,
            share: formatShare(answer.body.people === 0 ? undefined : reached / answer.body.people),
            ...(reached === 0 ? {} : { cell: { from: bracket.from, to: null } }),
          },
        ],
      };
    }),
  };
}

export function distributionPeople(answer: DistributionAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const from = Number(cell["from"]);
  const to = typeof cell["to"] === "number" ? cell["to"] : null;
  const { brackets } = answer.body;
  const first = brackets.findIndex((bracket) => bracket.from === from);
  if (first < 0) return undefined;
  const people = to === null ? brackets.slice(first).reduce((sum, bracket) => sum + bracket.people, 0) : brackets[first]?.people;
  return {
    title: `${headOf(answer, ground)} ${named(answer, ground)({ from, to })}`,
    detail: ground.text("insight.distribution.behind"),
    people: people ?? 0,
    basis: `${ground.text("insight.distribution.ofDoers")} ${formatShare((people ?? 0) / Math.max(1, answer.body.people))}`,
  };
}

/** People by how often they did something, on how many days, or by a sum. */
export function distributionShown(answer: DistributionAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const measure = measureOfDistribution(answer, ground);
  return {
    empty: body.people === 0,
    figures: [
      keyFigure(
        "people",
        text("insight.distribution.doers", { event: eventWords(answer.query.event.event, ground) }),
        body.people,
        format.measure("count"),
      ),
      keyFigure("average", text("insight.measure.average"), body.average, measure),
      keyFigure("median", text("insight.measure.median"), body.median, measure),
      keyFigure("total", text("insight.total"), body.total, measure),
      ...(body.below > 0 ? [{ key: "below", name: text("insight.distribution.below"), value: format.count(body.below) }] : []),
    ],
    spec: distributionSpec(answer, ground),
    cellOf: (pick) => distributionCell(answer, pick),
    table: distributionTable(answer, ground),
    behind: (cell) => distributionPeople(answer, cell, ground),
  };
}

import type { queryStatistics } from "@terrace/contract/api/insight-statistics";
import { formatShare } from "../../../ui/format/numbers.ts";
import type { Shown } from "../frame/shown.ts";
import { keyFigure } from "../frame/FigureStrip.tsx";
import { AnalysisTable } from "../frame/AnalysisTable.tsx";
import type { PeopleWords } from "../frame/people-words.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import { numberName } from "../number-words.ts";
import { tableFrom } from "../table-from.ts";
import type { Ground } from "../use-ground.ts";

type StatisticsAnswer = Answered<typeof queryStatistics>;
type Bracket = StatisticsAnswer["body"]["histogram"][number];

/** A number described: its figures, how it is spread, and its percentiles. */
export function statisticsShown(answer: StatisticsAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body, query } = answer;
  const name = numberName(query.of, ground);
  const number = format.measure("number");
  const counted = text(`insight.statistics.unit.${body.unit}`);
  return {
    empty: body.n === 0,
    figures: [
      {
        ...keyFigure("n", counted, body.n, format.measure("count")),
        ...(body.without === null || body.without === 0
          ? {}
          : { detail: text("insight.statistics.without", { events: format.figure(body.without) }) }),
      },
      keyFigure("sum", text("insight.total"), body.sum, number),
      keyFigure("mean", text("insight.measure.average"), body.mean, number),
      keyFigure("median", text("insight.measure.median"), body.median, number),
      keyFigure("sd", text("insight.statistics.sd"), body.sd, number),
      {
        key: "quartiles",
        name: text("insight.statistics.quartiles"),
        value: `${number.short(body.q1)} – ${number.short(body.q3)}`,
      },
      { key: "range", name: text("insight.statistics.range"), value: `${number.short(body.min)} – ${number.short(body.max)}` },
      keyFigure("skew", text("insight.statistics.skew"), body.skew, number),
    ],
    spec: {
      kind: "histogram",
      head: name,
      name: counted,
      measure: format.measure(body.unit === "people" ? "people" : "times"),
      brackets: body.histogram.map((bracket, i) => ({
        key: `${i}`,
        label: bracketWords(bracket, body.whole, ground),
        tick: bracketWords(bracket, body.whole, ground),
        value: bracket.n,
      })),
      summary: text("insight.statistics.summary", {
        name,
        count: body.n,
        median: number.short(body.median),
        average: number.short(body.mean),
      }),
    },
    cellOf: (pick) => {
      const bracket = pick.kind === "bracket" ? body.histogram[pick.index] : undefined;
      return bracket === undefined || bracket.n === 0 ? undefined : cellOf(bracket);
    },
    more: (
      <AnalysisTable
        table={percentilesTable(answer, ground)}
        label={text("insight.statistics.percentiles")}
        picked={undefined}
        onPick={undefined}
      />
    ),
    table: bracketsTable(answer, name, ground),
    behind: (cell) => behind(answer, cell, name, ground),
  };
}

const cellOf = ({ from, to }: Pick<Bracket, "from" | "to">): Cell => ({ from, to });

/** Of whole numbers a bracket of width 1 is that number, and a wider one goes up to the number before the next. */
function bracketWords({ from, to }: Pick<Bracket, "from" | "to">, whole: boolean, { format }: Ground): string {
  const { exact } = format.measure("number");
  if (whole && to !== null) return to - from === 1 ? exact(from) : `${exact(from)} – ${exact(to - 1)}`;
  return to === null ? `≥ ${exact(from)}` : `${exact(from)} – < ${exact(to)}`;
}

/** The percentiles side by side, from the least to the largest. */
function percentilesTable({ body }: StatisticsAnswer, { text, format }: Ground): TableModel {
  const number = format.measure("number");
  const points = [
    { key: "min", title: text("insight.measure.min"), value: body.min },
    ...body.percentiles.map(({ percentile, value }) => ({ key: `${percentile}`, title: `P${percentile}`, value })),
    { key: "max", title: text("insight.measure.max"), value: body.max },
  ];
  return {
    scrolls: true,
    columns: [
      { key: "name", title: text("insight.statistics.percentiles") },
      ...points.map(({ key, title }) => ({ key, title, figure: true })),
    ],
    rows: [
      {
        key: "value",
        cells: [
          { text: text("insight.value"), value: text("insight.value") },
          ...points.map(({ value }) => ({ text: number.exact(value), value })),
        ],
      },
    ],
  };
}

function bracketsTable({ body }: StatisticsAnswer, name: string, ground: Ground): TableModel {
  const { text, format } = ground;
  return tableFrom<Bracket>(
    [
      {
        key: "bracket",
        title: name,
        words: true,
        cell: (bracket) => ({ text: bracketWords(bracket, body.whole, ground), value: bracketWords(bracket, body.whole, ground) }),
      },
      {
        key: "n",
        title: text(`insight.statistics.unit.${body.unit}`),
        lead: true,
        cell: (bracket) => ({ text: format.count(bracket.n), value: bracket.n, ...(bracket.n === 0 ? {} : { cell: cellOf(bracket) }) }),
      },
      { key: "share", title: text("insight.share"), lead: true, cell: ({ share }) => ({ text: formatShare(share), value: share }) },
    ],
    body.histogram,
    ({ from }) => `${from}`,
  );
}

function behind({ body }: StatisticsAnswer, cell: Cell, name: string, ground: Ground): PeopleWords | undefined {
  const bracket = body.histogram.find(({ from, to }) => from === cell["from"] && to === (cell["to"] ?? null));
  if (bracket === undefined) return undefined;
  return {
    title: `${name} ${bracketWords(bracket, body.whole, ground)}`,
    detail: ground.text(`insight.statistics.behind.${body.unit}`),
    // Several events in a bracket may be of one person.
    ...(body.unit === "people" ? { people: bracket.n } : {}),
    basis: formatShare(bracket.share),
  };
}

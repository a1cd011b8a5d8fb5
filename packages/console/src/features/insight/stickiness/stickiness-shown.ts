import type { queryStickiness } from "@terrace/contract/api/insight-stickiness";
import type { ChartPick, HistogramSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare } from "../../../ui/format/numbers.ts";
import type { KeyFigure } from "../frame/FigureStrip.tsx";
import type { PeopleWords } from "../frame/people-words.ts";
import type { Shown } from "../frame/shown.ts";
import type { TableModel } from "../frame/table-model.ts";
import type { Answered, Cell } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";

export type StickinessAnswer = Answered<typeof queryStickiness>;

/** `3 天`: in how many intervals someone was active. */
function activeWords(count: number, { query }: StickinessAnswer, { text }: Ground): string {
  return text(`insight.span.${query.interval ?? "day"}`, { count });
}

export function stickinessFigures(answer: StickinessAnswer, ground: Ground): readonly KeyFigure[] {
  const { text, format } = ground;
  const { people, mean, intervals } = answer.body;
  return [
    { key: "people", name: text("insight.stickiness.active"), value: format.count(people) },
    {
      key: "mean",
      name: text("insight.stickiness.mean"),
      value: mean === null ? "—" : activeWords(Number(mean.toFixed(2)), answer, ground),
    },
    {
      key: "share",
      name: text("insight.stickiness.share"),
      value: formatShare(mean === null || intervals.length === 0 ? null : mean / intervals.length),
    },
  ];
}

/** People by how many intervals they were active in; either exactly so many, or so many and more. */
export function stickinessSpec(answer: StickinessAnswer, atLeast: boolean, ground: Ground): HistogramSpec {
  const { text, format } = ground;
  const { rows, mean } = answer.body;
  return {
    kind: "histogram",
    brackets: rows.map((row) => {
      const label = activeWords(row.activeIntervals, answer, ground);
      return {
        key: String(row.activeIntervals),
        label: atLeast ? text("insight.orMore", { from: label }) : label,
        tick: `${row.activeIntervals}${atLeast ? "+" : ""}`,
        value: atLeast ? row.atLeast : row.people,
      };
    }),
    head: text("insight.stickiness.intervals"),
    name: text("insight.measure.people"),
    measure: format.measure("people"),
    summary: text("insight.stickiness.summary", { mean: mean === null ? "—" : activeWords(Number(mean.toFixed(2)), answer, ground) }),
  };
}

export function stickinessCell({ body }: StickinessAnswer, pick: ChartPick, atLeast: boolean): Cell | undefined {
  const row = pick.kind === "bracket" ? body.rows[pick.index] : undefined;
  return row === undefined ? undefined : { activeIntervals: row.activeIntervals, ...(atLeast ? { atLeast } : {}) };
}

export function stickinessTable(answer: StickinessAnswer, ground: Ground): TableModel {
  const { text, format } = ground;
  return {
    columns: [
      { key: "intervals", title: text("insight.stickiness.intervals") },
      { key: "people", title: text("insight.stickiness.exactly"), figure: true, lead: true },
      { key: "atLeast", title: text("insight.stickiness.atLeast"), figure: true, lead: true },
    ],
    rows: answer.body.rows.map((row) => {
      const name = activeWords(row.activeIntervals, answer, ground);
      return {
        key: String(row.activeIntervals),
        cells: [
          { text: name, value: row.activeIntervals },
          {
            text: format.count(row.people),
            value: row.people,
            share: formatShare(row.share),
            ...(row.people === 0 ? {} : { cell: { activeIntervals: row.activeIntervals } }),
          },
          {
            text: format.count(row.atLeast),
            value: row.atLeast,
            share: formatShare(row.atLeastShare),
            ...(row.atLeast === 0 ? {} : { cell: { activeIntervals: row.activeIntervals, atLeast: true } }),
          },
        ],
      };
    }),
  };
}

export function stickinessPeople(answer: StickinessAnswer, cell: Cell, ground: Ground): PeopleWords | undefined {
  const { text } = ground;
  const row = answer.body.rows.find(({ activeIntervals }) => activeIntervals === cell["activeIntervals"]);
  if (row === undefined) return undefined;
  const atLeast = cell["atLeast"] === true;
  const words = activeWords(row.activeIntervals, answer, ground);
  return {
    title: text("insight.stickiness.activeIn", { intervals: atLeast ? text("insight.orMore", { from: words }) : words }),
    detail: "",
    people: atLeast ? row.atLeast : row.people,
    basis: `${text("insight.stickiness.ofActive")} ${formatShare(atLeast ? row.atLeastShare : row.share)}`,
  };
}

/** In how many intervals people were active: exactly so many, or so many and more. */
export function stickinessShown(answer: StickinessAnswer, atLeast: boolean, ground: Ground): Shown {
  return {
    empty: answer.body.people === 0,
    figures: stickinessFigures(answer, ground),
    spec: stickinessSpec(answer, atLeast, ground),
    cellOf: (pick) => stickinessCell(answer, pick, atLeast),
    table: stickinessTable(answer, ground),
    behind: (cell) => stickinessPeople(answer, cell, ground),
  };
}

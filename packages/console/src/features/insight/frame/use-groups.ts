import type { RouteContract } from "@terrace/contract/route";
import type { ReactNode } from "react";
import type { ChartSeries, ChartSpec } from "../../../ui/chart/chart-spec.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import type { Ground } from "../use-ground.ts";
import { valueWords } from "../value-words.ts";
import type { KeyFigure } from "./FigureStrip.tsx";
import type { Shown } from "./shown.ts";
import { sameQuery } from "./query-text.ts";
import type { TableModel } from "./table-model.ts";
import type { Answered, Cell } from "./use-analysis.ts";

export type GroupNamed = { readonly key: string; readonly name: string };
/** One of the answers in an answer: of a value of the breakdown, or of what is compared with. */
export type Group<C extends RouteContract> = GroupNamed & {
  /** By which the people of its figures are asked for. */
  readonly of: object;
  readonly answered: Answered<C>;
};
/** Whose figures a part of an answer is: of a value of the breakdown, or of what is compared with. */
type Whose =
  | { readonly by: unknown; readonly value: string | null; readonly other: boolean; readonly values?: number | undefined }
  | { readonly comparedWith: "previous" | "people" };
type InGroup<C extends RouteContract> = { readonly whose: Whose; readonly answered: Answered<C> };
/** Takes an answer apart by whom its figures are of; a page gives one where its route answers in groups. */
export type InGroups<C extends RouteContract> = (answered: Answered<C>) => readonly InGroup<C>[];

type Asked = { readonly breakdown?: { readonly by: unknown } | undefined; readonly compareWith?: unknown };
/** A body with the same figures for groups besides those of the whole. */
type Told<Body> = {
  readonly breakdown?:
    | readonly {
        readonly value: string | null;
        readonly other: boolean;
        readonly values?: number | undefined;
        readonly figures: Partial<Body>;
      }[]
    | undefined;
  readonly comparison?: Partial<Body> | undefined;
};

/** The parts of an answer of a route with `groupsQuery` and `groupsShown`, each as an answer of its own to the same question. */
export function inGroups<Query extends Asked, Body extends Told<Body>>({
  query,
  body,
}: {
  readonly query: Query;
  readonly body: Body;
}): readonly { readonly whose: Whose; readonly answered: { readonly query: Query; readonly body: Body } }[] {
  const answered = (figures: Partial<Body>) => ({ query, body: { ...body, ...figures } });
  const { breakdown = [], comparison } = body;
  return [
    ...breakdown.map(({ value, other, values, figures }) => ({
      whose: { by: query.breakdown?.by, value, other, values },
      answered: answered(figures),
    })),
    ...(comparison === undefined
      ? []
      : [
          {
            whose: { comparedWith: query.compareWith === "previous" ? ("previous" as const) : ("people" as const) },
            answered: answered(comparison),
          },
        ]),
  ];
}

/** The answers for groups that an answer holds besides the whole. */
export function groupsOf<C extends RouteContract>(
  answered: Answered<C> | undefined,
  parts: InGroups<C> | undefined,
  ground: Ground,
): readonly Group<C>[] {
  if (answered === undefined || parts === undefined) return [];
  return parts(answered).map(({ whose, answered: own }) => ({ ...named(whose, ground), answered: own }));
}

function named(whose: Whose, ground: Ground): Omit<Group<never>, "answered"> {
  if ("comparedWith" in whose)
    return {
      key: COMPARED,
      name: ground.text(whose.comparedWith === "previous" ? "insight.previousPeriod" : "insight.otherPeople"),
      of: { compared: true },
    };
  const { value, other, values } = whose;
  return {
    key: other ? "*" : `=${value ?? ""}`,
    name: values === undefined ? valueWords(whose, ground) : ground.text("insight.otherCount", { count: values }),
    of: other ? { other } : { value },
  };
}

const COMPARED = "<";

/** What is shown of an answer: the whole with its groups beside it, or one of them; a cell of a group says whose it is. */
export function shownOfGroups<C extends RouteContract>(
  whole: Answered<C>,
  groups: readonly Group<C>[],
  chosen: Group<C> | undefined,
  shown: (answered: Answered<C>) => Shown,
): Shown {
  const view = shown(chosen?.answered ?? whole);
  const drawn = chosen === undefined ? withLines(view, groups, shown) : ofGroup(view, chosen);
  return {
    ...drawn,
    behind: (cell) => {
      const { of, ...place } = cell;
      if (of === undefined) return shown(whole).behind?.(cell);
      const group = groups.find((each) => sameQuery(each.of, of));
      const words = group === undefined ? undefined : shown(group.answered).behind?.(place);
      return words === undefined || group === undefined ? undefined : { ...words, title: `${words.title} · ${group.name}` };
    },
  };
}

function ofGroup<C extends RouteContract>(view: Shown, { of }: Group<C>): Shown {
  const told = (cell: Cell): Cell => ({ ...cell, of });
  const { cellOf, table } = view;
  return {
    ...view,
    ...(cellOf === undefined
      ? {}
      : {
          cellOf: (pick) => {
            const cell = cellOf(pick);
            return cell === undefined ? undefined : told(cell);
          },
        }),
    ...(table === undefined
      ? {}
      : {
          table: {
            ...table,
            rows: table.rows.map((row) => ({
              ...row,
              cells: row.cells.map((cell) => (cell.cell === undefined ? cell : { ...cell, cell: told(cell.cell) })),
            })),
          },
        }),
  };
}

const GROUP = "group:";

/** Lines of the whole with the first line of each group beside them; charts of another shape show one group at a time. */
function withLines<C extends RouteContract>(view: Shown, groups: readonly Group<C>[], shown: (answered: Answered<C>) => Shown): Shown {
  const { spec, cellOf } = view;
  if (groups.length === 0 || !isLines(spec)) return view;
  const lines = groups.flatMap(({ key, name, answered }): readonly ChartSeries[] => {
    const { spec: own } = shown(answered);
    const [first, ahead] = isLines(own) ? firstLine(own.series) : [];
    if (first === undefined) return [];
    const line: ChartSeries = { key: `${GROUP}${key}`, name, values: first.values, style: key === COMPARED ? "dashed" : "solid" };
    return ahead === undefined
      ? [line]
      : [line, { key: `${GROUP}${key}>`, name: `${name} · ${ahead.name}`, values: ahead.values, style: "dotted", of: line.key }];
  });
  return {
    ...view,
    // Lines of single parts, such as cohorts, give way to those of the groups.
    // One area lies behind another, lines do not.
    spec: { ...spec, shape: "line", series: [...firstLine(spec.series), ...lines] },
    ...(cellOf === undefined
      ? {}
      : { cellOf: (pick) => (pick.kind === "point" && pick.series.startsWith(GROUP) ? undefined : cellOf(pick)) }),
  };
}

/** The first line, and what it is expected to go on like. */
function firstLine(series: readonly ChartSeries[]): readonly ChartSeries[] {
  const [first] = series;
  return series.filter((each) => each === first || (each.style === "dotted" && each.of === first?.key));
}

/** Lines are told of the groups beside the whole; charts of another shape show one of them at a time. */
export function isLines(spec: ChartSpec | undefined): spec is Extract<ChartSpec, { kind: "time" }> {
  return spec?.kind === "time" && (spec.shape === "line" || spec.shape === "area");
}

/** The key figures of the whole and of each group, a row each. */
export function keyFiguresByGroup<C extends RouteContract>(
  whole: Answered<C>,
  groups: readonly Group<C>[],
  words: { readonly name: string; readonly all: string },
  shown: (answered: Answered<C>) => Shown,
): TableModel | undefined {
  const columns = shown(whole).figures ?? [];
  if (groups.length === 0 || columns.length === 0) return undefined;
  const rows = [
    { key: "", name: words.all, figures: columns, total: true },
    ...groups.map(({ key, name, answered }) => ({ key, name, figures: shown(answered).figures ?? [], total: false })),
  ];
  const cells = columns.map(({ key }) => figureColumn(rows.map(({ figures }) => figures.find((figure) => figure.key === key))));
  return {
    scrolls: true,
    columns: [{ key: "", title: words.name }, ...columns.map(({ key, name }) => ({ key, title: name, figure: true }))],
    rows: rows.map(({ key, name, total }, at) => ({
      key,
      total,
      cells: [{ text: name, value: name }, ...cells.map((column) => column[at] ?? UNTOLD)],
    })),
  };
}

const UNTOLD = { text: MISSING, value: "" };

/** One key figure of each row, all to the same precision. */
function figureColumn(
  figures: readonly (KeyFigure | undefined)[],
): readonly { readonly text: ReactNode; readonly value: number | string | null }[] {
  const write = figures
    .find((figure) => figure?.number !== undefined)
    ?.number?.measure.inColumn(figures.map((figure) => figure?.number?.value));
  return figures.map((figure) => {
    if (figure === undefined) return UNTOLD;
    const { number, value } = figure;
    if (number === undefined || write === undefined) return { text: value, value: typeof value === "string" ? value : "" };
    const known = number.value ?? null;
    return { text: write(known), value: known === null ? null : number.measure.plain(known) };
  });
}

/** How many rows are held side by side. */
const RANKED_ROWS = 15;

/** What the rows of the whole come to, and the same for each group in a column of its own; what a group does not tell of a row is not known. */
export function rankedByGroup<C extends RouteContract>(
  whole: Answered<C>,
  groups: readonly Group<C>[],
  all: string,
  shown: (answered: Answered<C>) => Shown,
): { readonly name: string; readonly table: TableModel } | undefined {
  const { ranked } = shown(whole);
  if (groups.length === 0 || ranked === undefined) return undefined;
  const { head, name, measure, rows } = ranked;
  const columns = [
    { key: "all", name: all, ranked },
    ...groups.map(({ key, name: group, answered }) => ({ key, name: group, ranked: shown(answered).ranked })),
  ];
  const write = measure.inColumn(columns.flatMap(({ ranked: own }) => own?.rows.map(({ value }) => value) ?? []));
  return {
    name,
    table: {
      scrolls: true,
      columns: [{ key: "row", title: head }, ...columns.map(({ key, name: title }) => ({ key: `of${key}`, title, figure: true }))],
      rows: rows.slice(0, RANKED_ROWS).map(({ key, label }) => ({
        key,
        cells: [
          { text: label, value: label },
          ...columns.map(({ ranked: own }) => {
            const value = own?.rows.find((row) => row.key === key)?.value ?? null;
            return { text: write(value), value: value === null ? null : measure.plain(value) };
          }),
        ],
      })),
    },
  };
}

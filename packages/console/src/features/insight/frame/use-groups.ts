import type { RouteContract } from "@terrace/contract/route";
import type { ChartSpec } from "../../../ui/chart/chart-spec.ts";
import { useGround } from "../use-ground.ts";
import { valueWords } from "../value-words.ts";
import type { Shown } from "./shown.ts";
import { sameQuery } from "./query-text.ts";
import type { TableModel } from "./table-model.ts";
import type { Analysis, Answered, Cell } from "./use-analysis.ts";

export type GroupNamed = { readonly key: string; readonly name: string };
/** One of the answers in an answer: of a value of the breakdown, or of what is compared with. */
export type Group<C extends RouteContract> = GroupNamed & {
  /** By which the people of its figures are asked for. */
  readonly of: object;
  readonly answered: Answered<C>;
};
type Told = {
  readonly breakdown?: readonly { readonly value: string | null; readonly other: boolean; readonly figures: object }[];
  readonly comparison?: object;
};
type Asked = { readonly breakdown?: { readonly by: unknown }; readonly compareWith?: unknown };

/** Kinds that answer in groups in one form; trends and funnels draw theirs themselves. */
const GROUPED: readonly string[] = ["retention", "lifecycle", "stickiness", "distribution", "interval", "sessions", "paths"];

/** The answers for groups that an answer holds besides the whole. */
export function useGroups<C extends RouteContract>({ kind, answer }: Analysis<C>): readonly Group<C>[] {
  const ground = useGround();
  if (answer.data === undefined || !GROUPED.includes(kind)) return [];
  const asked = answer.data.query as Asked;
  // Routes with groups tell them in this form; others have neither part.
  const { breakdown, comparison } = answer.data.body as Told;
  const answered = (figures: object) => ({ ...answer.data, body: figures }) as unknown as Answered<C>;
  return [
    ...(Array.isArray(breakdown) ? breakdown : []).map(({ value, other, figures }) => ({
      key: other ? "*" : `=${value ?? ""}`,
      name: valueWords({ by: asked.breakdown?.by, value, other }, ground),
      of: other ? { other } : { value },
      answered: answered(figures),
    })),
    ...(comparison === undefined || asked.compareWith === undefined
      ? []
      : [
          {
            key: "<",
            name: ground.text(asked.compareWith === "previous" ? "insight.previousPeriod" : "insight.otherPeople"),
            of: { compared: true },
            answered: answered(comparison),
          },
        ]),
  ];
}

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
  const lines = groups.flatMap(({ key, name, answered }) => {
    const { spec: own } = shown(answered);
    const first = isLines(own) ? own.series[0] : undefined;
    return first === undefined
      ? []
      : [{ key: `${GROUP}${key}`, name, values: first.values, style: key === "<" ? ("dashed" as const) : ("solid" as const) }];
  });
  const [first] = spec.series;
  return {
    ...view,
    // Lines of single parts, such as cohorts, give way to those of the groups.
    spec: { ...spec, series: [...(first === undefined ? [] : [first]), ...lines] },
    ...(cellOf === undefined
      ? {}
      : { cellOf: (pick) => (pick.kind === "point" && pick.series.startsWith(GROUP) ? undefined : cellOf(pick)) }),
  };
}

function isLines(spec: ChartSpec | undefined): spec is Extract<ChartSpec, { kind: "time" }> {
  return spec?.kind === "time" && spec.shape === "line";
}

/** The key figures of the whole and of each group, a row each. */
export function groupsTable<C extends RouteContract>(
  whole: Answered<C>,
  groups: readonly Group<C>[],
  words: { readonly name: string; readonly all: string },
  shown: (answered: Answered<C>) => Shown,
): TableModel | undefined {
  const columns = shown(whole).figures ?? [];
  if (groups.length === 0 || columns.length === 0) return undefined;
  const row = (key: string, name: string, answered: Answered<C>, total: boolean) => {
    const figures = shown(answered).figures ?? [];
    return {
      key,
      total,
      cells: [
        { text: name, value: name },
        ...columns.map((column) => {
          const value = figures.find((figure) => figure.key === column.key)?.value;
          return { text: value ?? "—", value: typeof value === "string" ? value : "" };
        }),
      ],
    };
  };
  return {
    columns: [
      { key: "", title: words.name },
      ...columns.map(({ key, name }, at) => ({ key, title: name, figure: true, ...(at < 2 ? { lead: true } : {}) })),
    ],
    rows: [row("", words.all, whole, true), ...groups.map(({ key, name, answered }) => row(key, name, answered, false))],
  };
}

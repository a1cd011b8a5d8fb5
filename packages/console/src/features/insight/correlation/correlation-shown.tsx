import type { queryCorrelation } from "@terrace/contract/api/insight-correlation";
import type { ChartPick, HeatCell, HeatSpec, ScatterSpec } from "../../../ui/chart/chart-spec.ts";
import { ChartPanel } from "../../../ui/chart/ChartPanel.tsx";
import type { Measure } from "../../../ui/format/measures.ts";
import { MINUS, MISSING } from "../../../ui/format/numbers.ts";
import type { Shown } from "../frame/shown.ts";
import { intervalName } from "../frame/interval-names.ts";
import type { PeopleWords } from "../frame/people-words.ts";
import type { NamedGround } from "../frame/SeriesChoice.tsx";
import type { TableModel } from "../frame/table-model.ts";
import type { Analysis, Answered, Cell, QueryOf } from "../frame/use-analysis.ts";
import { numberName } from "../number-words.ts";
import { pWords } from "../p-words.ts";
import { tableFrom } from "../table-from.ts";
import { letterOf } from "../trends/trends-words.ts";
import type { Ground } from "../use-ground.ts";

export type CorrelationQuery = QueryOf<typeof queryCorrelation>;
type CorrelationAnswer = Answered<typeof queryCorrelation>;
type Pair = CorrelationAnswer["body"]["pairs"][number];
export const METHODS = ["pearson", "spearman"] as const;
type Method = (typeof METHODS)[number];

/** What is looked at: the coefficient, and the pair whose points are shown. */
type View = { readonly method: Method; readonly pair: string | undefined };

export function readView(view: string): View {
  return {
    method: view.includes("spearman") ? "spearman" : "pearson",
    pair: /\d+-\d+/.exec(view)?.[0],
  };
}

export function writeView({ method, pair }: View): string {
  return [...(method === "spearman" ? [method] : []), ...(pair === undefined ? [] : [pair])].join(".");
}

const FEW = 0.05;
const decimals = (value: number) => value.toFixed(2).replace("-", MINUS);
const roundedTo = (value: number | null) => (value === null ? null : Math.round(value * 100) / 100);
const pairKey = ({ a, b }: Pick<Pair, "a" | "b">) => `${Math.min(a, b)}-${Math.max(a, b)}`;

/** How each measure goes with each other, and the points of one pair. */
export function correlationShown(answer: CorrelationAnswer, analysis: Analysis<typeof queryCorrelation>, ground: NamedGround): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const { method, pair: asked } = readView(analysis.view);
  const names = namesOf(answer, ground);
  const strongest = body.pairs.toSorted((one, other) => sizeOf(other, method) - sizeOf(one, method))[0];
  const pair = body.pairs.find((each) => pairKey(each) === asked) ?? strongest;
  const { coefficient = null, p = null, low = null, high = null } = pair?.[method] ?? {};
  return {
    empty: body.points.length === 0,
    figures:
      pair === undefined
        ? []
        : [
            { key: "pair", name: text("insight.correlation.pair"), value: `${letterOf(pair.a)} × ${letterOf(pair.b)}` },
            {
              key: "r",
              name: text(`insight.correlation.${method}`),
              value: coefficient === null ? MISSING : decimals(coefficient),
              ...(low === null || high === null
                ? {}
                : { detail: text("insight.correlation.interval", { low: decimals(low), high: decimals(high) }) }),
            },
            { key: "p", name: text("insight.correlation.p"), value: pWords(p) },
            { key: "q", name: text("insight.correlation.q"), value: pWords(pair[method].q) },
            { key: "n", name: text(`insight.correlation.n.${answer.query.over}`), value: format.figure(pair.n) },
          ],
    spec: matrixSpec(answer, method, names, ground),
    act: (pick) => {
      if (pick.kind === "cell" && pick.row !== pick.column)
        analysis.show(writeView({ method, pair: pairKey({ a: Number(pick.row), b: Number(pick.column) }) }));
    },
    more: (
      <>
        <p className="chart-note">{text("insight.correlation.star")}</p>
        {pair === undefined ? null : (
          <ChartPanel
            title={`${names[pair.a] ?? ""} × ${names[pair.b] ?? ""}`}
            spec={scatterSpec(answer, pair, names, ground)}
            onPick={(pick) => {
              const cell = pointCell(answer, pair, pick);
              if (cell !== undefined) analysis.pick(cell);
            }}
          />
        )}
      </>
    ),
    table: pairsTable(answer, names, ground),
    ranked: {
      head: text("insight.correlation.pair"),
      name: text(`insight.correlation.${method}`),
      measure: format.measure("number"),
      rows: body.pairs.map((each) => ({
        key: pairKey(each),
        label: `${names[each.a] ?? ""} × ${names[each.b] ?? ""}`,
        value: roundedTo(each[method].coefficient),
      })),
    },
    behind: (cell) => behind(answer, cell, names, ground),
  };
}

/** The matrix alone, where there is no room for the points of a pair. */
export function correlationMatrix(answer: CorrelationAnswer, ground: NamedGround): { readonly spec: HeatSpec; readonly empty: boolean } {
  return { spec: matrixSpec(answer, "pearson", namesOf(answer, ground), ground), empty: answer.body.points.length === 0 };
}

function sizeOf(pair: Pair, method: Method): number {
  return Math.abs(pair[method].coefficient ?? 0);
}

function namesOf({ query }: CorrelationAnswer, ground: NamedGround): readonly string[] {
  return query.over === "intervals" ? query.measures.map(ground.nameOfSeries) : query.measures.map((of) => numberName(of, ground));
}

/** Every measure against every other; a measure against itself says nothing. */
function matrixSpec({ body }: CorrelationAnswer, method: Method, names: readonly string[], { text, format }: Ground): HeatSpec {
  const found = new Map(body.pairs.map((pair) => [pairKey(pair), pair]));
  const cellOf = (a: number, b: number): HeatCell => {
    const pair = found.get(pairKey({ a, b }));
    if (a === b || pair === undefined) return { value: null, text: "" };
    const { coefficient, p, q } = pair[method];
    if (coefficient === null) return { value: null, text: MISSING, hint: text("insight.correlation.constant") };
    return {
      value: coefficient,
      text: `${decimals(coefficient)}${q !== null && q <= FEW ? " *" : ""}`,
      hint: text("insight.correlation.hint", { n: format.count(pair.n), p: pWords(p), q: pWords(q) }),
    };
  };
  const strongest = body.pairs.toSorted((one, other) => sizeOf(other, method) - sizeOf(one, method))[0];
  return {
    kind: "heat",
    head: text("insight.measure"),
    columns: names.map((_, at) => ({ key: `${at}`, label: letterOf(at) })),
    rows: names.map((name, a) => ({ key: `${a}`, label: `${letterOf(a)} · ${name}`, cells: names.map((_name, b) => cellOf(a, b)) })),
    scale: "diverging",
    most: 1,
    measure: format.measure("number"),
    pickable: true,
    summary: text("insight.correlation.summary", {
      count: body.pairs.length,
      first: strongest === undefined ? MISSING : `${names[strongest.a] ?? ""} × ${names[strongest.b] ?? ""}`,
      coefficient: strongest === undefined || strongest[method].coefficient === null ? MISSING : decimals(strongest[method].coefficient),
    }),
  };
}

/** The line of least squares; undefined where the figures of a measure are not those of the pair. */
function fitOf(body: CorrelationAnswer["body"], { a, b, n, pearson: { coefficient } }: Pair): ScatterSpec["fit"] {
  const [x, y] = [body.measures[a], body.measures[b]];
  if (coefficient === null || x?.n !== n || y?.n !== n) return undefined;
  if (x.sd === null || x.sd === 0 || y.sd === null || x.mean === null || y.mean === null) return undefined;
  const slope = (coefficient * y.sd) / x.sd;
  return { slope, intercept: y.mean - slope * x.mean };
}

/** How figures of a measure are written. */
function measureAt({ body }: CorrelationAnswer, at: number, { format }: Ground): Measure {
  return format.measure(body.measures[at]?.unit ?? "number");
}

/** The points of a pair, with a line where it can be told. */
function scatterSpec(answer: CorrelationAnswer, pair: Pair, names: readonly string[], ground: Ground): ScatterSpec {
  const { text } = ground;
  const { body, query } = answer;
  const { a, b } = pair;
  const r = pair.pearson.coefficient;
  const fit = fitOf(body, pair);
  const labels = query.over === "intervals" ? intervalNames(answer, ground) : [];
  return {
    kind: "scatter",
    head: text(query.over === "intervals" ? "insight.atTime" : "insight.person"),
    points: body.points.flatMap((point, at) => {
      const [left, up] = [point[a], point[b]];
      if (left === null || left === undefined || up === null || up === undefined) return [];
      return [{ key: `${at}`, label: labels[at] ?? text("insight.correlation.point", { number: at + 1 }), x: left, y: up }];
    }),
    x: { name: names[a] ?? "", measure: measureAt(answer, a, ground) },
    y: { name: names[b] ?? "", measure: measureAt(answer, b, ground) },
    ...(fit === undefined ? {} : { fit }),
    summary: text("insight.correlation.scatter", {
      first: names[a] ?? "",
      second: names[b] ?? "",
      coefficient: r === null ? MISSING : decimals(r),
    }),
  };
}

function intervalNames({ body, query }: CorrelationAnswer, { format }: Ground): readonly string[] {
  const unit = query.over === "intervals" ? (query.interval ?? "day") : "day";
  return (body.intervals ?? []).map((interval) => intervalName(interval, unit, format));
}

/** Over time a point leads to those behind the second measure there; of people, to everyone with the same two numbers. */
function pointCell({ body, query }: CorrelationAnswer, { a, b }: Pair, pick: ChartPick): Cell | undefined {
  if (pick.kind !== "dot") return undefined;
  const at = Number(pick.key);
  const point = body.points[at];
  if (point === undefined) return undefined;
  if (query.over === "intervals") return { measure: b, interval: at };
  const exactly = (measure: number) => ({ measure, from: point[measure] ?? null, to: point[measure] ?? null });
  return { ranges: [exactly(a), exactly(b)] };
}

function pairsTable({ body, query }: CorrelationAnswer, names: readonly string[], { text, format }: Ground): TableModel {
  const coefficient = (method: Method) => (pair: Pair) => {
    const value = pair[method].coefficient;
    return { text: value === null ? MISSING : decimals(value), value };
  };
  const between = (pair: Pair) => {
    const { low, high } = pair.pearson;
    const words = low === null || high === null ? MISSING : `${decimals(low)} – ${decimals(high)}`;
    return { text: words, value: words };
  };
  const chance = (method: Method, which: "p" | "q") => (pair: Pair) => ({ text: pWords(pair[method][which]), value: pair[method][which] });
  return tableFrom<Pair>(
    [
      {
        key: "pair",
        title: text("insight.correlation.pair"),
        words: true,
        cell: ({ a, b }) => {
          const name = `${names[a] ?? ""} × ${names[b] ?? ""}`;
          return { text: name, value: name };
        },
      },
      { key: "n", title: text(`insight.correlation.n.${query.over}`), cell: ({ n }) => ({ text: format.count(n), value: n }) },
      { key: "pearson", title: text("insight.correlation.pearson"), lead: true, cell: coefficient("pearson") },
      { key: "interval", title: text("insight.correlation.between"), cell: between },
      { key: "pearsonP", title: text("insight.correlation.p"), cell: chance("pearson", "p") },
      { key: "pearsonQ", title: text("insight.correlation.q"), cell: chance("pearson", "q") },
      { key: "spearman", title: text("insight.correlation.spearman"), lead: true, cell: coefficient("spearman") },
      { key: "spearmanP", title: text("insight.correlation.pSpearman"), cell: chance("spearman", "p") },
      { key: "spearmanQ", title: text("insight.correlation.qSpearman"), cell: chance("spearman", "q") },
    ],
    body.pairs,
    pairKey,
  );
}

function behind(answer: CorrelationAnswer, cell: Cell, names: readonly string[], ground: Ground): PeopleWords | undefined {
  const { text, format } = ground;
  const number = format.measure("number");
  if (answer.query.over === "intervals") {
    const at = Number(cell["interval"]);
    const measure = Number(cell["measure"]);
    const interval = intervalNames(answer, ground)[at];
    if (interval === undefined || names[measure] === undefined) return undefined;
    return { title: names[measure], detail: interval, basis: measureAt(answer, measure, ground).exact(answer.body.points[at]?.[measure]) };
  }
  if (!Array.isArray(cell["ranges"])) return undefined;
  const ranges = cell["ranges"] as readonly { readonly measure: number; readonly from: number | null }[];
  return {
    title: ranges.map(({ measure, from }) => `${names[measure] ?? ""} ${number.exact(from)}`).join(", "),
    detail: text("insight.correlation.atPoint"),
  };
}

import { atomsAsked, basisOf, evaluateExpression, type MetricLine } from "@terrace/domain/insight/metrics/evaluate-expression";
import { atomsOf, type BoundAtom, type BoundExpression, type BoundMetric } from "@terrace/domain/insight/metrics/metric";
import { intervalCount, moreIntervals, type Intervals } from "@terrace/domain/insight/time/intervals";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { ChStatement } from "../../../platform/storage/clickhouse.ts";
import type { Asking } from "../time/asking.ts";
import { spanOf, type AtomGround } from "./atoms/atom-ground.ts";
import { haveEverCome } from "./atoms/event-figures.views.ts";
import { peopleOfAtom, readAtom, type Together } from "./read-atom.ts";

/** A metric told over intervals and over all of them, and what it is a quotient of. */
export type Evaluated = MetricLine & {
  readonly basis: { readonly numerator: MetricLine; readonly denominator: MetricLine } | undefined;
};

/** Tells a metric over consecutive intervals. One reading after the other: each takes all of the engine's cores. */
export async function evaluate(ground: AtomGround, metric: BoundMetric, intervals: Intervals): Promise<Evaluated> {
  const lines = await readLines(ground, metric.expression, intervals);
  const from = (atom: BoundAtom, shifted: number): MetricLine => lines.get(keyOf(atom, shifted)) ?? { points: [], total: null };
  const line = evaluateExpression(metric.expression, from);
  const basis = basisOf(metric.expression, from);
  const isSilent = [...line.points, line.total].every((value) => value === null || value === 0);
  if (isSilent && !(await hasEverCome(ground, metric))) return { points: line.points.map(() => null), total: null, basis: undefined };
  return { ...line, basis, ...whyOf(line, [...lines.values()]) };
}

/** Why points of a line are unknown, where one of its parts says so. */
function whyOf(line: MetricLine, parts: readonly MetricLine[]): Pick<MetricLine, "why"> {
  const told = parts.flatMap(({ why }) => why ?? []);
  const points = line.points.map((point, at) =>
    point === null ? (told.find(({ points: of }) => of[at] !== null)?.points[at] ?? null) : null,
  );
  const total = line.total === null ? (told.find((each) => each.total !== null)?.total ?? null) : null;
  return total === null && points.every((reason) => reason === null) ? {} : { why: { points, total } };
}

/** Which people a figure counts: those of the whole, of what it is divided by, or of its first part that counts people. */
export function peopleBehindMetric(
  ground: AtomGround,
  metric: BoundMetric,
  asked: { readonly period: Period; readonly part: "numerator" | "denominator" },
): ChStatement {
  const part = partOf(metric.expression, asked.part);
  for (const atom of atomsOf(part)) {
    const people = peopleOfAtom(ground, atom, asked.period);
    if (people !== undefined) return people;
  }
  throw faultError("insight.no_people", { field: "metrics", mend: "Choose a metric that is made of what people did" });
}

function partOf(expression: BoundExpression, part: "numerator" | "denominator"): BoundExpression {
  if (!("ratio" in expression)) return expression;
  return part === "numerator" ? expression.ratio.of : expression.ratio.per;
}

async function readLines(ground: AtomGround, expression: BoundExpression, intervals: Intervals): Promise<ReadonlyMap<string, MetricLine>> {
  const lines = new Map<string, MetricLine>();
  const read = new Map<string, unknown>();
  const all = new Map(atomsAsked(expression).map((asked) => [keyOf(asked.atom, asked.shifted), asked]));
  for (const [key, { atom, shifted }] of all) {
    const together = (span: string): Together => ({
      beside: [...all.values()].flatMap((each) => (each.shifted === shifted ? [each.atom] : [])),
      once: async <T>(asked: unknown, ask: () => Promise<T>): Promise<T> => {
        const name = `${shifted} ${span} ${JSON.stringify(asked)}`;
        if (!read.has(name)) read.set(name, await ask());
        // What is kept under a name is what was asked under it.
        return read.get(name) as T;
      },
    });
    if (shifted === 0) {
      lines.set(key, await readAtom(ground, atom, intervals, together("intervals")));
      continue;
    }
    const before = intervalsBefore(ground.asking, intervals, shifted);
    const { points } = await readAtom(ground, atom, before.each, together("intervals"));
    const { total } = await readAtom(ground, atom, before.whole, together("whole"));
    lines.set(key, { points, total });
  }
  return lines;
}

/** The interval before each of some intervals; and, for all of them, as many intervals before. */
function intervalsBefore(
  { calendar }: Asking,
  intervals: Intervals,
  shifted: number,
): { readonly each: Intervals; readonly whole: Intervals } {
  const count = intervalCount(intervals);
  const earlier = moreIntervals(intervals, -shifted * count, calendar).bounds;
  const each = earlier.slice((count - 1) * shifted, (count - 1) * shifted + count + 1);
  return {
    each: { unit: intervals.unit, bounds: each },
    whole: { unit: intervals.unit, bounds: [earlier[0] ?? 0, earlier[count] ?? 0] },
  };
}

/** Whether every list of events without which there is nothing to tell has ever had one. */
async function hasEverCome(ground: AtomGround, { needs }: BoundMetric): Promise<boolean> {
  for (const selectors of needs) {
    if (!(await haveEverCome(ground, selectors))) return false;
  }
  return true;
}

function keyOf(atom: BoundAtom, shifted: number): string {
  return `${shifted} ${JSON.stringify(atom)}`;
}

/** The time of one interval, or of all of them. */
export function periodAt(intervals: Intervals, at: number | undefined): Period {
  if (at === undefined) return spanOf(intervals);
  const fromMs = intervals.bounds[at];
  const toMs = intervals.bounds[at + 1];
  if (fromMs === undefined || toMs === undefined)
    throw faultError("insight.no_such_cell", { field: "cell.interval", mend: "Name an interval of the answer, counted from 0" });
  return { fromMs, toMs };
}

import { formulaValue, type Formula } from "./formula.ts";
import { canAddUp, type Measure } from "./trends-plan.ts";

/** What was read of a series in an interval: a figure, and what it is to be divided by. Null is no value at all. */
export type Raw = { readonly figure: number | null; readonly base: number | null };
/** A series over the intervals and over the whole period. */
export type RawLine = { readonly points: readonly (Raw | undefined)[]; readonly total: Raw | undefined };

/** A line of figures over the intervals, and the figure of the whole period. */
export type Line = { readonly points: (number | null)[]; readonly total: number | null };

/** The figures of a series. `cumulative`: each of everything up to the end of its interval. */
export function lineOf(measure: Measure, raw: RawLine, cumulative: boolean): Line {
  const points = cumulative ? addedUp(raw.points) : raw.points;
  const figures = points.map((point) => figureOf(measure, point));
  return { points: figures, total: figureOf(measure, raw.total) };
}

/** The figure of what was read; where nothing was read there were no events: no people and a sum of 0, but no average. */
function figureOf({ kind }: Measure, raw: Raw | undefined): number | null {
  if (isDivided(kind)) return raw === undefined ? null : quotient(raw);
  if (kind === "events" || kind === "people" || kind === "sum") return raw?.figure ?? 0;
  return raw?.figure ?? null;
}

function quotient({ figure, base }: Raw): number | null {
  return figure === null || base === null || base === 0 ? null : figure / base;
}

/** Measures that are one figure divided by another. */
export function isDivided(kind: Measure["kind"]): boolean {
  return kind === "average" || kind === "events_per_person" || kind === "sum_per_person";
}

function addedUp(points: readonly (Raw | undefined)[]): readonly Raw[] {
  let sum: { figure: number; base: number } = { figure: 0, base: 0 };
  return points.map((point) => {
    sum = { figure: sum.figure + (point?.figure ?? 0), base: sum.base + (point?.base ?? 0) };
    return sum;
  });
}

/** What the whole period comes to, for measures whose intervals tell: all that can be added up, and extremes. Undefined for others, and without events. */
export function totalOf(measure: Measure, points: readonly (Raw | undefined)[]): Raw | undefined {
  if (canAddUp(measure)) return addedUp(points).at(-1);
  if (measure.kind !== "min" && measure.kind !== "max") return undefined;
  const figures = points.flatMap((point) => (typeof point?.figure === "number" ? [point.figure] : []));
  if (figures.length === 0) return undefined;
  const better = measure.kind === "min" ? Math.min : Math.max;
  return { figure: figures.reduce((best, each) => better(best, each)), base: null };
}

/** The line of a formula over lines of equal length. */
export function formulaLine(formula: Formula, lines: readonly Line[]): Line {
  const length = lines[0]?.points.length ?? 0;
  return {
    points: Array.from({ length }, (_, at) =>
      formulaValue(
        formula,
        lines.map(({ points }) => points[at] ?? null),
      ),
    ),
    total: formulaValue(
      formula,
      lines.map(({ total }) => total),
    ),
  };
}

/** The mean of each point and the ones before it, `window` in all; null where there are not so many, or one has no value. */
export function movingAverage(points: readonly (number | null)[], window: number): (number | null)[] {
  return points.map((_, at) => {
    if (at + 1 < window) return null;
    const within = points.slice(at + 1 - window, at + 1).filter((point) => point !== null);
    return within.length < window ? null : within.reduce((sum, point) => sum + point, 0) / window;
  });
}

/** A line as long as another one beside which it is drawn: cut off, or filled with nothing. */
export function alignedTo(length: number, { points, total }: Line): Line {
  return { points: Array.from({ length }, (_, at) => points[at] ?? null), total };
}

/** How much a figure changed, as a share of what it was; null where it was 0 or nothing. */
export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / Math.abs(before);
}

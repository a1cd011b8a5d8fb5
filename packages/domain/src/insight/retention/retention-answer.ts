import type { Calendar } from "../time/calendar.ts";
import { intervalCount, intervalLabels, type IntervalLabel } from "../time/intervals.ts";
import { cellSpan, hasCell, type Distances, type RetentionPlan } from "./retention-plan.ts";

/** What was counted of a cohort: its people, how many of them came back per column after the first, and what they brought per distance. */
export type CohortCounts = {
  readonly cohort: number;
  readonly size: number;
  readonly returned: readonly number[];
  /** Value of all returns by distance from the cohort's interval; only distances with any. */
  readonly values: ReadonlyMap<number, number>;
};

export type RetentionCell = {
  readonly people: number;
  /** Of the start or of the column before, by what was asked; null when there is nobody to divide by. */
  readonly share: number | null;
  /** The cell's intervals are over. What came "on or after" may grow for ever, and is complete when its first interval is over. */
  readonly complete: boolean;
  readonly value?: number;
  readonly valueShare?: number | null;
};
export type RetentionCohort = IntervalLabel & { readonly size: number; readonly cells: RetentionCell[] };
export type RetentionAnswer = {
  readonly columns: Distances[];
  readonly cohorts: RetentionCohort[];
  /** Per column, of all cohorts whose cell is complete: those who came back by those who could have. */
  readonly mean: (number | null)[];
  readonly meanValue?: (number | null)[];
};

export type RetentionShape = {
  readonly calendar: Calendar;
  readonly nowMs: number;
  readonly relativeTo: "start" | "previous";
  readonly withValue: boolean;
};

/** The matrix of cohorts and columns, with shares and their means. */
export function shapeRetention(plan: RetentionPlan, counts: readonly CohortCounts[], shape: RetentionShape): RetentionAnswer {
  const labels = intervalLabels(plan.intervals, shape.calendar, shape.nowMs);
  const found = new Map(counts.map((each) => [each.cohort, each]));
  const cohorts = labels.slice(0, plan.cohorts).map((label, cohort) => {
    const counted = found.get(cohort) ?? { cohort, size: 0, returned: [], values: new Map<number, number>() };
    return { ...label, size: counted.size, cells: cellsOf(plan, counted, shape) };
  });
  const means = (share: (cells: readonly RetentionCell[], column: number) => readonly [number, number] | undefined) =>
    plan.columns.map((_, column) =>
      meanOf(cohorts.flatMap(({ cells }) => (cells[column]?.complete === true ? [share(cells, column)] : []))),
    );
  return {
    columns: [...plan.columns],
    cohorts,
    mean: means((cells, column) => pairOf(cells, column, shape, ({ people }) => people)),
    ...(shape.withValue ? { meanValue: means((cells, column) => pairOf(cells, column, shape, ({ value }) => value ?? 0)) } : {}),
  };
}

function cellsOf(plan: RetentionPlan, counted: CohortCounts, shape: RetentionShape): RetentionCell[] {
  const bare = plan.columns
    .filter((column) => hasCell(plan, counted.cohort, column))
    .map((column, index) => ({
      people: index === 0 ? counted.size : (counted.returned[index - 1] ?? 0),
      complete: isComplete(plan, counted.cohort, column, shape.nowMs),
      ...(shape.withValue ? { value: valueOf(counted.values, column) } : {}),
    }));
  return bare.map((cell, index) => {
    const [people, ofPeople] = pairOf(bare, index, shape, (each) => each.people);
    const [value, ofValue] = pairOf(bare, index, shape, (each) => each.value ?? 0);
    return {
      ...cell,
      share: ofPeople === 0 ? null : people / ofPeople,
      ...(shape.withValue ? { valueShare: ofValue === 0 ? null : value / ofValue } : {}),
    };
  });
}

/** A figure of a column and the one it is a share of: the start's, or that of the column before; the start is all of itself. */
function pairOf<Cell>(
  cells: readonly Cell[],
  column: number,
  { relativeTo }: RetentionShape,
  figure: (cell: Cell) => number,
): readonly [number, number] {
  const base = cells[relativeTo === "start" ? 0 : Math.max(column - 1, 0)];
  const own = cells[column];
  return [own === undefined ? 0 : figure(own), base === undefined ? 0 : figure(base)];
}

function meanOf(pairs: readonly (readonly [number, number] | undefined)[]): number | null {
  let sum = 0;
  let of = 0;
  for (const [part, whole] of pairs.filter((pair) => pair !== undefined)) {
    sum += part;
    of += whole;
  }
  return of === 0 ? null : sum / of;
}

function isComplete(plan: RetentionPlan, cohort: number, column: Distances, nowMs: number): boolean {
  const { from, to } = cellSpan(plan, cohort, column);
  const last = column.last === null ? from + 1 : to;
  const { bounds } = plan.intervals;
  return last <= intervalCount(plan.intervals) && (bounds[last] ?? Infinity) <= nowMs;
}

function valueOf(values: ReadonlyMap<number, number>, { first, last }: Distances): number {
  let sum = 0;
  for (const [distance, value] of values) if (distance >= first && (last === null || distance <= last)) sum += value;
  return sum;
}

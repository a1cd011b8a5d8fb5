import { instantOf } from "../conditions/day-test.ts";
import type { Json } from "../json.ts";
import type { TraitType } from "./definition.ts";
import { isoInstant } from "../time/zoned-time.ts";
import { compareByCodePoint } from "./text-order.ts";

/** How values of a trait are spread; shares are parts of 1 of those looked at. Of lists each value counts. */
export type Spread = {
  readonly looked: number;
  readonly numbers: {
    readonly min: number;
    readonly lower: number;
    readonly median: number;
    readonly upper: number;
    readonly max: number;
    readonly mean: number;
  } | null;
  readonly bins: readonly { readonly from: number | string; readonly to: number | string; readonly share: number }[];
  readonly texts: readonly { readonly value: string; readonly share: number }[];
};

const BINS_MAX = 10;
const TEXTS_MAX = 12;
/** The part of values that is told apart; what is greater is one bin. */
const FAR_PART = 0.9;

/** The spread of the values of some people. */
export function spreadOf(type: TraitType, values: readonly Json[]): Spread {
  const spread = { looked: values.length, numbers: null, bins: [], texts: [] };
  if (values.length === 0) return spread;
  if (type === "number") {
    const numbers = values.filter((value) => typeof value === "number").toSorted((a, b) => a - b);
    return { ...spread, numbers: quartilesOf(numbers), bins: binsOf(numbers, (number) => number) };
  }
  if (type === "date") {
    const times = values.flatMap((value) => (typeof value === "string" ? [instantOf(value)] : [])).toSorted((a, b) => a - b);
    return { ...spread, bins: binsOf(times, isoInstant) };
  }
  return { ...spread, texts: textsOf(values) };
}

function quartilesOf(sorted: readonly number[]): Spread["numbers"] {
  const at = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? sorted[0] ?? 0;
  const mean = sorted.reduce((sum, each) => sum + each, 0) / Math.max(1, sorted.length);
  return { min: sorted[0] ?? 0, lower: at(0.25), median: at(0.5), upper: at(0.75), max: sorted.at(-1) ?? 0, mean };
}

/**
 * Few different values each have a bin. Of more, bins have one width up to where the greatest tenth begins, which is the last: a few that stand far out would leave
 * all others in one bin.
 */
function binsOf(sorted: readonly number[], told: (edge: number) => number | string): Spread["bins"] {
  const different = [...new Set(sorted)];
  if (different.length <= BINS_MAX)
    return different.map((each) => ({
      from: told(each),
      to: told(each),
      share: sorted.filter((one) => one === each).length / sorted.length,
    }));
  const [least = 0, greatest = 0] = [sorted[0], sorted.at(-1)];
  const far = sorted[Math.ceil(FAR_PART * sorted.length) - 1] ?? greatest;
  const edges = edgesOf(least, far > least ? far : greatest, sorted.every(Number.isInteger));
  return edges.map((from, index) => {
    const to = edges[index + 1] ?? greatest;
    const isLast = index === edges.length - 1;
    const people = sorted.filter((each) => each >= from && (isLast || each < to)).length;
    return { from: told(from), to: told(to), share: people / sorted.length };
  });
}

/** Where bins begin; whole numbers begin at whole numbers. */
function edgesOf(least: number, far: number, isWhole: boolean): readonly number[] {
  const width = (far - least) / (BINS_MAX - 1);
  const edges = Array.from({ length: BINS_MAX }, (_, index) => least + index * width);
  return [...new Set(isWhole ? edges.map(Math.round) : edges)];
}

function textsOf(values: readonly Json[]): Spread["texts"] {
  const people = new Map<string, number>();
  const all = values.flatMap((value) => (Array.isArray(value) ? (value as readonly Json[]) : [value]));
  for (const value of all) if (typeof value === "string") people.set(value, (people.get(value) ?? 0) + 1);
  return [...people]
    .toSorted(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareByCodePoint(a, b))
    .slice(0, TEXTS_MAX)
    .map(([value, count]) => ({ value, share: count / values.length }));
}

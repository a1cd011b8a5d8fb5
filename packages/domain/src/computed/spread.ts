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

/** Bins of one width from the least to the greatest; a single one where all are the same. */
function binsOf(sorted: readonly number[], told: (edge: number) => number | string): Spread["bins"] {
  const [least, greatest] = [sorted[0], sorted.at(-1)];
  if (least === undefined || greatest === undefined) return [];
  const count = least === greatest ? 1 : BINS_MAX;
  const width = (greatest - least) / count;
  const counts = Array.from({ length: count }, () => 0);
  for (const each of sorted) {
    const at = width === 0 ? 0 : Math.min(count - 1, Math.floor((each - least) / width));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((people, index) => ({
    from: told(least + index * width),
    to: told(index === count - 1 ? greatest : least + (index + 1) * width),
    share: people / sorted.length,
  }));
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

import { BUCKETS } from "./bucket.ts";

/** Buckets from `from` up to, not including, `to`. */
export type Range = { readonly from: number; readonly to: number };

/** What is tried against what, and on how many. Weights are parts of 10,000 that sum to 10,000; so is the coverage. */
export type AllocationPlan = {
  readonly weights: readonly number[];
  readonly coverage: number;
};

/** A share of people that experiments of one namespace have between them: two whose ranges do not meet have nobody in common. */
export type NamespaceShare = { readonly key: string; readonly range: Range };

/**
 * Buckets of each arm. Each begins where its full share begins and grows to the right with the coverage, so that more coverage never moves who is in already.
 */
export function rangesOf({ weights, coverage }: AllocationPlan): readonly Range[] {
  let from = 0;
  return weights.map((weight) => {
    const range = { from, to: from + Math.round((weight * coverage) / BUCKETS) };
    from += weight;
    return range;
  });
}

/** The place of the arm a bucket belongs to, or -1. */
export function armOf(bucket: number, ranges: readonly Range[]): number {
  return ranges.findIndex((range) => isWithin(bucket, range));
}

export function isWithin(bucket: number, { from, to }: Range): boolean {
  return bucket >= from && bucket < to;
}

/** The seed of a namespace: apart from those of experiments, so that its share and their arms are independent. */
export function namespaceSeed(key: string): string {
  return `namespace:${key}`;
}

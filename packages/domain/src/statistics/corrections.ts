import { normalQuantile } from "./distributions.ts";
import { adjustedForMany } from "./significance.ts";

/** How p-values pay for how many were looked at. The first two keep the chance of any false finding, the last the share of false ones among what is found. */
export const CORRECTIONS = ["none", "bonferroni", "holm", "benjamini_hochberg"] as const;
export type Correction = (typeof CORRECTIONS)[number];

/** Nearer to 1 than this, an adjusted p says nothing of where the effect lies. */
const CERTAINLY_NOTHING = 0.999_999;

/** p-values adjusted for how many there are, in their order; null stays null and counts for nothing. */
export function adjustedPs(ps: readonly (number | null)[], correction: Correction): readonly (number | null)[] {
  switch (correction) {
    case "none":
      return ps;
    case "bonferroni": {
      const many = ps.filter((p) => p !== null).length;
      return ps.map((p) => (p === null ? null : Math.min(1, p * many)));
    }
    case "holm":
      return holm(ps);
    case "benjamini_hochberg":
      return adjustedForMany(ps);
  }
}

/** Holm (1979): the least p times how many there are, the next times one fewer, and none below the one before it. */
function holm(ps: readonly (number | null)[]): readonly (number | null)[] {
  const known = ps.flatMap((p, index) => (p === null ? [] : [{ p, index }])).toSorted((a, b) => a.p - b.p);
  const found: (number | null)[] = ps.map(() => null);
  let most = 0;
  for (const [place, { p, index }] of known.entries()) {
    most = Math.min(1, Math.max(most, p * (known.length - place)));
    found[index] = most;
  }
  return found;
}

/**
 * The interval that belongs to an adjusted p, as GrowthBook tells it: the standard error that would have given that p, times the normal reach of alpha. Never
 * narrower than the interval as it was, and without bounds where nothing is left.
 */
export function adjustedInterval(
  { estimate, low, high }: { readonly estimate: number; readonly low: number; readonly high: number },
  { p, alpha }: { readonly p: number; readonly alpha: number },
): { readonly low: number; readonly high: number } {
  if (p > CERTAINLY_NOTHING) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const reach = normalQuantile(1 - alpha / 2) * Math.abs(estimate / normalQuantile(1 - p / 2));
  const wider = { low: estimate - reach, high: estimate + reach };
  return wider.low < low && wider.high > high ? wider : { low, high };
}

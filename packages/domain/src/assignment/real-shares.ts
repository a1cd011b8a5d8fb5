import { shareOut } from "../insight/commerce/share-out.ts";
import { total } from "../statistics/describe.ts";
import { rangesOf, type AllocationPlan } from "./allocation.ts";
import { BUCKETS } from "./bucket.ts";

/** By how much of its weight an arm's real share may be off, after it was cut to whole buckets. */
const OFF_MAX = 0.01;
/** Leaves room for the last digits of a quotient. */
const EXACT = 1e-9;

/** Buckets that each arm really has: parts of 10,000 people, or of 100 where a hundredth of them take part. */
function bucketsOf(plan: AllocationPlan): readonly number[] {
  return rangesOf(plan).map(({ from, to }) => to - from);
}

/** An arm of which more or fewer are given than its weight says, by its place, and the shares of whoever takes part. */
export type UnevenArm = { readonly arm: number; readonly coverage: number; readonly said: number; readonly real: number };

/**
 * The first arm whose real share is off its weight by more than a hundredth of that at one of some coverages, since arms are whole buckets. Undefined when none is, and
 * where nobody takes part. Weights sum to 10,000.
 */
export function unevenArm(weights: readonly number[], coverages: readonly number[]): UnevenArm | undefined {
  for (const coverage of coverages) {
    if (coverage === 0) continue;
    const buckets = bucketsOf({ weights, coverage });
    const all = total(buckets);
    for (const [arm, weight] of weights.entries()) {
      const [said, real] = [weight / BUCKETS, all === 0 ? 0 : (buckets[arm] ?? 0) / all];
      if (Math.abs(real - said) > said * OFF_MAX + EXACT) return { arm, coverage, said, real };
    }
  }
  return undefined;
}

/** The least coverage, as large as one or larger, at which no arm is off its weight. */
export function evenCoverage(weights: readonly number[], from: number): number {
  for (let coverage = from; coverage < BUCKETS; coverage += 1) if (unevenArm(weights, [coverage]) === undefined) return coverage;
  return BUCKETS;
}

/**
 * The shares by which units were to come to arms, which had those weights at each of some coverages. With one coverage they are what whole buckets gave; with several,
 * of what lies between them for each arm, that which is nearest to how units came (least chi-square): nobody knows how many came at which. Without any coverage they are
 * the weights.
 */
export function plannedShares(
  units: readonly number[],
  { weights, coverages }: { readonly weights: readonly number[]; readonly coverages: readonly number[] },
): readonly number[] {
  const parts = total(weights) > 0 ? shareOut(BUCKETS, weights) : weights;
  const offered = coverages
    .map((coverage) => bucketsOf({ weights: parts, coverage }))
    .flatMap((buckets) => (total(buckets) === 0 ? [] : [buckets.map((count) => count / total(buckets))]));
  if (offered.length === 0) return weights;
  const bounds = weights.map((_, arm) => {
    const shares = offered.map((one) => one[arm] ?? 0);
    return { low: Math.min(...shares), high: Math.max(...shares) };
  });
  return nearestWithin(units, bounds);
}

type Bounds = { readonly low: number; readonly high: number };

/** Shares within bounds that sum to 1, of which the chi-square of units is least: where no bound is met they are in proportion to units, the others stand at theirs. */
function nearestWithin(units: readonly number[], bounds: readonly Bounds[]): readonly number[] {
  const least = EXACT / Math.max(1, total(units));
  const at = (log: number) =>
    bounds.map(({ low, high }, arm) => Math.min(high, Math.max(low, Math.exp(log) * Math.max(least, units[arm] ?? 0))));
  let [below, above] = [-100, 100];
  for (let step = 0; step < 100; step += 1) {
    const middle = (below + above) / 2;
    if (total(at(middle)) < 1) below = middle;
    else above = middle;
  }
  const shares = at(above);
  const sum = total(shares);
  return shares.map((share) => share / sum);
}

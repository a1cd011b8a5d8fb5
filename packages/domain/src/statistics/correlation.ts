import { normalQuantile, studentTwoSided } from "./distributions.ts";
import { mean, total } from "./describe.ts";

/**
 * How far two measures rise together, from −1 to 1. `p`: how likely a coefficient as far from 0 would be if they had nothing to do with each other (two-sided, by
 * Student's t with n − 2 degrees of freedom). `low` and `high`: Fisher's interval. Null where there are too few pairs (p: 3, interval: 4), or one measure never changes.
 */
export type Correlation = {
  readonly n: number;
  readonly coefficient: number | null;
  readonly p: number | null;
  readonly low: number | null;
  readonly high: number | null;
};

/** Pearson's coefficient: how near the pairs lie to a straight line. */
export function pearson(xs: readonly number[], ys: readonly number[], level = 0.95): Correlation {
  const n = Math.min(xs.length, ys.length);
  const coefficient = coefficientOf(xs, ys);
  return { n, coefficient, p: coefficientP(coefficient, n), ...fisherInterval(coefficient, n, { level, variance: 1 }) };
}

/**
 * Spearman's coefficient: Pearson's of the ranks, ties sharing their mean rank. Any rising curve gives 1, and a few wild values change little. The interval uses
 * the variance (1 + r² ÷ 2) ÷ (n − 3) of Bonett and Wright (2000).
 */
export function spearman(xs: readonly number[], ys: readonly number[], level = 0.95): Correlation {
  const n = Math.min(xs.length, ys.length);
  const coefficient = coefficientOf(ranks(xs), ranks(ys));
  const variance = coefficient === null ? 1 : 1 + coefficient ** 2 / 2;
  return { n, coefficient, p: coefficientP(coefficient, n), ...fisherInterval(coefficient, n, { level, variance }) };
}

/** The rank of each number from 1; equal numbers share the mean of the ranks they take up. */
export function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((value, index) => ({ value, index })).toSorted((a, b) => a.value - b.value);
  const found = values.map(() => 0);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && order[to]?.value === order[from]?.value) to += 1;
    for (const { index } of order.slice(from, to)) found[index] = (from + 1 + to) / 2;
    from = to;
  }
  return found;
}

/** How likely a coefficient as far from 0 would come of n pairs that have nothing to do with each other. */
export function coefficientP(coefficient: number | null, n: number): number | null {
  if (coefficient === null || n < 3) return null;
  return studentTwoSided(coefficient * Math.sqrt((n - 2) / Math.max(0, 1 - coefficient ** 2)), n - 2);
}

/** Fisher's interval of a coefficient: atanh r ± z × √(variance ÷ (n − 3)). */
export function fisherInterval(
  coefficient: number | null,
  n: number,
  { level, variance }: { readonly level: number; readonly variance: number },
): { readonly low: number | null; readonly high: number | null } {
  if (coefficient === null || n < 4) return { low: null, high: null };
  if (Math.abs(coefficient) === 1) return { low: coefficient, high: coefficient };
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(variance / (n - 3));
  return { low: Math.tanh(Math.atanh(coefficient) - reach), high: Math.tanh(Math.atanh(coefficient) + reach) };
}

function coefficientOf(xs: readonly number[], ys: readonly number[]): number | null {
  const n = Math.min(xs.length, ys.length);
  const [mx, my] = [mean(xs.slice(0, n)), mean(ys.slice(0, n))];
  if (mx === null || my === null || isConstant(xs) || isConstant(ys)) return null;
  const dx = xs.slice(0, n).map((x) => x - mx);
  const dy = ys.slice(0, n).map((y) => y - my);
  const spread = Math.sqrt(squares(dx)) * Math.sqrt(squares(dy));
  if (!(spread > 0)) return null;
  return Math.min(1, Math.max(-1, total(dx.map((x, index) => x * (dy[index] ?? 0))) / spread));
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function squares(values: readonly number[]): number {
  return total(values.map((value) => value * value));
}

import { normalQuantile, normalTwoSided } from "./distributions.ts";

/** A part of a whole: so many of so many. */
export type Proportion = { readonly part: number; readonly whole: number };

/** The difference of two shares. `z` and `p` by the pooled share (both equal if nothing is behind it); the interval by the shares as they are. */
export type ProportionTest = {
  readonly difference: number;
  readonly z: number | null;
  readonly p: number | null;
  readonly low: number;
  readonly high: number;
};

/** Whether two shares differ by more than chance; undefined where either is of nobody. p is null where nobody or everybody has it. */
export function twoProportions(a: Proportion, b: Proportion, level = 0.95): ProportionTest | undefined {
  if (a.whole <= 0 || b.whole <= 0) return undefined;
  const [pa, pb] = [a.part / a.whole, b.part / b.whole];
  const pooled = (a.part + b.part) / (a.whole + b.whole);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / a.whole + 1 / b.whole));
  const z = spread === 0 ? null : (pa - pb) / spread;
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt((pa * (1 - pa)) / a.whole + (pb * (1 - pb)) / b.whole);
  const difference = pa - pb;
  return { difference, z, p: z === null ? null : normalTwoSided(z), low: difference - reach, high: difference + reach };
}

/**
 * p-values as Benjamini and Hochberg (1995) adjust them for how many were looked at: among those below q, the expected share that chance alone brought is at most q.
 * Null stays null and counts for nothing.
 */
export function adjustedForMany(ps: readonly (number | null)[]): readonly (number | null)[] {
  const known = ps.flatMap((p, index) => (p === null ? [] : [{ p, index }])).toSorted((a, b) => b.p - a.p);
  const found: (number | null)[] = ps.map(() => null);
  let least = 1;
  for (const [place, { p, index }] of known.entries()) {
    // Rounding must not make it less than it was.
    least = Math.min(least, Math.max(p, (p * known.length) / (known.length - place)));
    found[index] = least;
  }
  return found;
}

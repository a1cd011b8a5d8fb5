import { studentQuantile, studentTwoSided } from "./distributions.ts";
import { mean, total } from "./describe.ts";

/** The straight line through some points by least squares. Intervals and p by Student's t with n − 2 degrees of freedom; null of fewer than three points. */
export type Regression = {
  readonly n: number;
  readonly slope: number;
  readonly intercept: number;
  readonly slopeError: number | null;
  readonly interceptError: number | null;
  readonly slopeLow: number | null;
  readonly slopeHigh: number | null;
  readonly p: number | null;
  /** Which part of the variance the line explains. */
  readonly r2: number | null;
};

/** Fits y = intercept + slope × x; undefined of fewer than two different x. */
export function linearRegression(xs: readonly number[], ys: readonly number[], level = 0.95): Regression | undefined {
  const n = Math.min(xs.length, ys.length);
  const [mx, my] = [mean(xs.slice(0, n)), mean(ys.slice(0, n))];
  if (mx === null || my === null) return undefined;
  const pairs = xs.slice(0, n).map((x, index) => ({ dx: x - mx, dy: (ys[index] ?? 0) - my }));
  const sxx = total(pairs.map(({ dx }) => dx * dx));
  if (sxx === 0) return undefined;
  const syy = total(pairs.map(({ dy }) => dy * dy));
  const slope = total(pairs.map(({ dx, dy }) => dx * dy)) / sxx;
  const line = { n, slope, intercept: my - slope * mx };
  const left = total(pairs.map(({ dx, dy }) => (dy - slope * dx) ** 2));
  const r2 = syy === 0 ? null : 1 - left / syy;
  if (n < 3) return { ...line, slopeError: null, interceptError: null, slopeLow: null, slopeHigh: null, p: null, r2 };
  const spread = left / (n - 2);
  const slopeError = Math.sqrt(spread / sxx);
  const reach = studentQuantile((1 + level) / 2, n - 2) * slopeError;
  return {
    ...line,
    slopeError,
    interceptError: Math.sqrt(spread * (1 / n + (mx * mx) / sxx)),
    slopeLow: slope - reach,
    slopeHigh: slope + reach,
    p: slopeError === 0 ? (slope === 0 ? 1 : 0) : studentTwoSided(slope / slopeError, n - 2),
    r2,
  };
}

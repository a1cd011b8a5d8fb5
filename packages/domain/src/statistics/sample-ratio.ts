import { total } from "./describe.ts";
import { chiSquareUpper } from "./distributions.ts";

/** Below this the arms were not filled as planned, and no verdict is given. Strict, since it is looked at every day (Fabijan et al. 2019 name 0.0005 to 0.01). */
export const SAMPLE_RATIO_P = 0.001;

/** `p`: how likely arms filled as planned are off as far as these. `unplanned`: units of arms that were to have none; they are not part of the test. */
export type SampleRatio = { readonly p: number; readonly degrees: number; readonly blocks: boolean; readonly unplanned: number };

/**
 * Whether the arms have as many units as their weights say (sample ratio mismatch): Pearson's chi-square. Where they do not, units were lost or counted twice by
 * what the arms do or by how it is measured, and any difference may come of that.
 */
export function checkSampleRatio(arms: readonly { readonly units: number; readonly weight: number }[]): SampleRatio {
  const planned = arms.filter(({ weight }) => weight > 0);
  const weights = planned.reduce((sum, { weight }) => sum + weight, 0);
  const units = planned.reduce((sum, arm) => sum + arm.units, 0);
  const unplanned = arms.reduce((sum, arm) => sum + arm.units, 0) - units;
  const degrees = Math.max(0, planned.length - 1);
  if (units === 0 || degrees === 0) return { p: 1, degrees, blocks: false, unplanned };
  const value = planned.reduce((sum, arm) => {
    const expected = (arm.weight / weights) * units;
    return sum + (arm.units - expected) ** 2 / expected;
  }, 0);
  const p = chiSquareUpper(value, degrees);
  return { p, degrees, blocks: p < SAMPLE_RATIO_P, unplanned };
}

/**
 * The same where the shares changed: each period's units were drawn by its own weights. What all periods together are off by, over what it varies by (Σ N (diag q − qqᵀ)
 * of each period's N units and shares q), is chi-square; with one period it is Pearson's.
 */
export function checkSampleRatioOver(
  periods: readonly { readonly units: readonly number[]; readonly weights: readonly number[] }[],
): SampleRatio {
  const arms = Array.from({ length: Math.max(0, ...periods.map(({ weights }) => weights.length)) }, (_, at) => at);
  const planned = arms.filter((at) => periods.some(({ units, weights }) => (weights[at] ?? 0) > 0 && total(units) > 0));
  const filled = periods
    .map(({ units, weights }) => ({ units: planned.map((at) => units[at] ?? 0), weights: planned.map((at) => weights[at] ?? 0) }))
    .map((period) => ({ ...period, all: total(period.units), whole: total(period.weights) }))
    .filter(({ all, whole }) => all > 0 && whole > 0);
  const unplanned = total(periods.map(({ units }) => total(units))) - total(filled.map(({ all }) => all));
  const places = planned.slice(1).map((_, at) => at);
  const share = (of: (typeof filled)[number], at: number): number => (of.weights[at] ?? 0) / of.whole;
  const off = places.map((at) => total(filled.map((of) => (of.units[at] ?? 0) - of.all * share(of, at))));
  const spread = places.map((row) =>
    places.map((column) => total(filled.map((of) => of.all * share(of, row) * ((row === column ? 1 : 0) - share(of, column))))),
  );
  const { solved, degrees } = solve(spread, off);
  if (degrees === 0) return { p: 1, degrees, blocks: false, unplanned };
  const p = chiSquareUpper(Math.max(0, total(off.map((value, at) => value * (solved[at] ?? 0)))), degrees);
  return { p, degrees, blocks: p < SAMPLE_RATIO_P, unplanned };
}

/** Less than this part of what a share varies by is what rounding leaves of one that follows from the others, or that is always none or all. */
const ROUNDING = 1e-12;

/** x with matrix · x = values, of a symmetric positive matrix (Gauss), and how many of its rows say something that no other does; x is 0 where they do not. */
function solve(
  matrix: readonly (readonly number[])[],
  values: readonly number[],
): { readonly solved: readonly number[]; readonly degrees: number } {
  const rows = matrix.map((row, at) => [...row, values[at] ?? 0]);
  const says = (at: number): boolean => (rows[at]?.[at] ?? 0) > ROUNDING * (matrix[at]?.[at] ?? 0);
  for (const [at, pivot] of rows.entries()) {
    if (!says(at)) continue;
    for (const [below, row] of rows.entries()) {
      if (below === at) continue;
      const times = (row[at] ?? 0) / (pivot[at] ?? 1);
      for (let column = at; column < row.length; column += 1) row[column] = (row[column] ?? 0) - times * (pivot[column] ?? 0);
    }
  }
  const solved = rows.map((row, at) => (says(at) ? (row.at(-1) ?? 0) / (row[at] ?? 1) : 0));
  return { solved, degrees: solved.filter((_, at) => says(at)).length };
}

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

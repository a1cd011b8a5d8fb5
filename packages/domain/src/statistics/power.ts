import { normalQuantile, normalUpper } from "./distributions.ts";
import type { Difference } from "./effect.ts";
import type { Side } from "./interval.ts";
import { sequentialWidening } from "./sequential.ts";

/** What is known before: the share that does it now, or the mean of a unit and its standard deviation. Of a ratio these are `value` and the root of `variance` of its `estimateArm`. */
export type PowerBaseline =
  { readonly kind: "proportion"; readonly share: number } | { readonly kind: "mean"; readonly mean: number; readonly deviation: number };

/**
 * An experiment that is planned. `weights`: of the arms, control first. `comparisons`: by how many the level is divided (1: not at all). `reduction`: the share
 * of the variance that CUPED takes away, i.e. the squared correlation of what units did before and after. `tuning`: of a sequential interval, `size`: to the units of
 * both arms that are compared; none: read once.
 */
export type PowerPlan = {
  readonly baseline: PowerBaseline;
  readonly difference: Difference;
  readonly weights: readonly number[];
  readonly alpha?: number;
  readonly side?: Side;
  readonly comparisons?: number;
  readonly reduction?: number;
  readonly tuning?: number | "size";
};
export const POWER_REFUSALS = ["baseline_zero", "no_variance", "out_of_reach"] as const;
export type PowerRefusal = (typeof POWER_REFUSALS)[number];

/** More than this nobody has to expose. */
const UNITS_MAX = 1e12;
/** With few units the bound moves farther than a straight line says: it is held to this many times the error of the estimate. */
const MOVES_MAX = 2;
/** Effects are looked for up to this many baselines (relative) or standard deviations (absolute). */
const EFFECT_MAX = 1_000;

/**
 * How likely an effect of this size is found with this many units in all, in the least treatment of the plan: normal, of the distance between the estimate and the
 * bound that it must pass. The bound is drawn too (it stands on the same means), which matters for relative effects: where GrowthBook's calculator, which
 * leaves that out, says 80 %, a rise by 30 % is found in 86 of 100 experiments and a fall by 30 % in 75. A sequential reading counts as found at the last look.
 */
export function powerAt(plan: PowerPlan, effect: number, units: number): number {
  const { alpha = 0.05, side = "two_sided", comparisons = 1, tuning } = plan;
  const level = alpha / comparisons;
  const z = normalQuantile(1 - (side === "two_sided" ? level / 2 : level));
  const arms = unitsOfArms(plan.weights, units);
  const compared = arms.control + arms.treatment;
  const widening =
    tuning === undefined
      ? 1
      : sequentialWidening(compared, {
          alpha: level,
          tunedAt: alpha,
          tuning: tuning === "size" ? compared : tuning,
          z: normalQuantile(1 - level / 2),
        });
  const reach = z * widening;
  const planned = plannedOf(plan, effect, arms);
  const above = side === "lesser" ? 0 : normalUpper(-distance(planned, reach));
  return above + (side === "greater" ? 0 : normalUpper(distance(planned, -reach)));
}

/** How many units in all are needed to find an effect of this size with this probability. */
export function unitsNeeded(plan: PowerPlan, effect: number, power = 0.8): number | PowerRefusal {
  const refused = refusalOf(plan);
  if (refused !== undefined) return refused;
  const arms = plan.weights.length;
  let high = 2 * arms;
  while (powerAt(plan, effect, high) < power) {
    high *= 2;
    if (high > UNITS_MAX) return "out_of_reach";
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (powerAt(plan, effect, middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** The least effect that so many units find with this probability; below 0 where a fall is looked for, as it is where only that is asked about. */
export function detectableEffect(
  plan: PowerPlan,
  units: number,
  { power = 0.8, falls = plan.side === "lesser" }: { readonly power?: number; readonly falls?: boolean } = {},
): number | PowerRefusal {
  const refused = refusalOf(plan);
  if (refused !== undefined) return refused;
  const sign = falls ? -1 : 1;
  let low = 0;
  let high = largestEffect(plan, sign);
  if (powerAt(plan, sign * high, units) < power) return "out_of_reach";
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step += 1) {
    const middle = (low + high) / 2;
    if (powerAt(plan, sign * middle, units) < power) low = middle;
    else high = middle;
  }
  return sign * high;
}

/** How many whole days it takes until so many units came, of which only a share is in the experiment. */
export function daysNeeded(
  units: number,
  { perDay, traffic = 1 }: { readonly perDay: number; readonly traffic?: number },
): number | PowerRefusal {
  return perDay * traffic > 0 ? Math.ceil(units / (perDay * traffic)) : "out_of_reach";
}

export function unitsOfArms(weights: readonly number[], units: number): { readonly control: number; readonly treatment: number } {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const [control = 0, ...treatments] = weights;
  return { control: (units * control) / all, treatment: (units * Math.min(...treatments)) / all };
}

/** What the means of the arms will be, how much they vary, the error that their difference will be told with, and how that moves with them. */
type Planned = {
  readonly change: number;
  readonly error: number;
  readonly control: { readonly variance: number; readonly slope: number };
  readonly treatment: { readonly variance: number; readonly slope: number };
  readonly left: number;
};

function plannedOf(
  { baseline, difference, reduction = 0 }: PowerPlan,
  effect: number,
  units: { readonly control: number; readonly treatment: number },
): Planned {
  const mean = meanOf(baseline);
  const relative = difference === "relative";
  const treated = relative ? mean * (1 + effect) : mean + effect;
  const [from, to] = [spreadOf(baseline, mean), spreadOf(baseline, treated)];
  const left = 1 - reduction;
  const times = relative ? treated / mean : 1;
  // A relative effect is told over the mean of control as it was seen, so that control's error grows with the effect.
  const weight = relative ? times ** 2 - 2 * reduction * times + reduction : left;
  const growth = relative ? (2 * times - 2 * reduction) / mean : 0;
  const [control, treatment] = [from.variance / units.control, to.variance / units.treatment];
  const error = Math.sqrt(treatment * left + control * weight);
  const towards = (to.slope * left) / units.treatment + control * growth;
  const away = (from.slope * weight) / units.control - control * growth * times;
  return {
    change: treated - mean,
    error,
    control: { variance: control, slope: away / (2 * error) },
    treatment: { variance: treatment, slope: towards / (2 * error) },
    left,
  };
}

/** By how many of its standard deviations the estimate is expected above the bound (reach × its error), which both move with the same means. */
function distance({ change, error, control, treatment, left }: Planned, reach: number): number {
  const apart = left * (control.variance + treatment.variance);
  const together = left * (treatment.slope * treatment.variance - control.slope * control.variance);
  const bound = control.slope ** 2 * control.variance + treatment.slope ** 2 * treatment.variance;
  const deviation = Math.sqrt(Math.max(0, apart - 2 * reach * together + reach ** 2 * bound));
  return (change - reach * error) / Math.min(Math.max(deviation, error / MOVES_MAX), error * MOVES_MAX);
}

/** How much one unit varies, and how that changes with the mean. */
function spreadOf(baseline: PowerBaseline, mean: number): { readonly variance: number; readonly slope: number } {
  return baseline.kind === "mean"
    ? { variance: baseline.deviation ** 2, slope: 0 }
    : { variance: Math.max(0, mean * (1 - mean)), slope: 1 - 2 * mean };
}

function meanOf(baseline: PowerBaseline): number {
  return baseline.kind === "mean" ? baseline.mean : baseline.share;
}

function largestEffect({ baseline, difference }: PowerPlan, sign: number): number {
  const mean = meanOf(baseline);
  if (baseline.kind === "proportion") {
    // A share of nobody or of everybody has no variance to reckon with: just inside.
    const room = (sign > 0 ? 1 - mean : mean) * (1 - 1e-9);
    return difference === "relative" ? room / mean : room;
  }
  return difference === "relative" ? EFFECT_MAX : EFFECT_MAX * baseline.deviation;
}

function refusalOf({ baseline, difference }: PowerPlan): PowerRefusal | undefined {
  const mean = meanOf(baseline);
  if (!(spreadOf(baseline, mean).variance > 0)) return "no_variance";
  return difference === "relative" && mean === 0 ? "baseline_zero" : undefined;
}

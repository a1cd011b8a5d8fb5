import { type Arm, type ArmEstimate, estimateArm, holdsQuantile, quadratic } from "./arm.ts";
import { sharedTheta } from "./theta.ts";

/** `absolute`: treatment − control. `relative`: that over the absolute value of what control showed. */
export const DIFFERENCES = ["relative", "absolute"] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** Why nothing can be said of a difference. */
export const EFFECT_REFUSALS = [
  "too_few_units",
  "too_few_for_quantile",
  "denominator_zero",
  "no_variance",
  "baseline_zero",
  "different_kinds",
] as const;
export type EffectRefusal = (typeof EFFECT_REFUSALS)[number];

/** A difference between two arms with its standard error and Welch's degrees of freedom; `n` is how many units both have, `theta` what CUPED took off. */
export type Effect = {
  readonly kind: "estimated";
  readonly difference: Difference;
  readonly estimate: number;
  readonly standardError: number;
  readonly degrees: number;
  readonly n: number;
  /** What the arms showed, unadjusted. */
  readonly control: number;
  readonly treatment: number;
  readonly theta: number;
};
export type Refused = { readonly kind: "refused"; readonly reason: EffectRefusal };

/**
 * The difference that a treatment makes, from the sums of two arms. Variances by the delta method (Deng, Knoblich and Lu 2018), degrees of freedom by Welch and
 * Satterthwaite; conventions are those of GrowthBook's gbstats, so that the same sums give the same figures.
 */
export function estimateEffect(control: Arm, treatment: Arm, difference: Difference = "relative"): Effect | Refused {
  const reason = refusalOfArms(control, treatment);
  if (reason !== undefined) return { kind: "refused", reason };
  const theta = sharedTheta(control, treatment);
  const [a, b] = [estimateArm(control, theta), estimateArm(treatment, theta)];
  const relative = difference === "relative";
  const change = b.value - a.value;
  const variance = relative ? relativeVariance(a, b, control.kind) : a.variance / a.n + b.variance / b.n;
  const without = refusalOfEstimates([a, b], { relative, variance });
  if (without !== undefined) return { kind: "refused", reason: without };
  return {
    kind: "estimated",
    difference,
    estimate: relative ? change / Math.abs(a.unadjusted) : change,
    standardError: Math.sqrt(variance),
    degrees: welchDegrees(a, b),
    n: a.n + b.n,
    control: a.unadjusted,
    treatment: b.unadjusted,
    theta,
  };
}

/** Below so many standard errors from 0 the delta method leans: it takes an arm that shows little by chance for one that is known exactly. */
const SURE_ARM = 5;

/**
 * A relative difference for readings that begin with few units. While an arm lies less than five standard errors of the difference from 0, its error is at least that
 * without any effect: by the delta method a fall would be called far more often than a rise, because its error shrinks with what was seen.
 */
export function withoutLean(relative: Effect, absolute: Effect): Effect {
  const { control, treatment } = relative;
  if (Math.min(Math.abs(control), Math.abs(treatment)) >= SURE_ARM * absolute.standardError) return relative;
  return { ...relative, standardError: Math.max(relative.standardError, absolute.standardError / Math.abs(control)) };
}

function refusalOfArms(control: Arm, treatment: Arm): EffectRefusal | undefined {
  if (control.kind !== treatment.kind) return "different_kinds";
  for (const arm of [control, treatment]) {
    if (arm.n < 2) return "too_few_units";
    if (arm.kind === "quantile" && (arm.clusters?.units ?? 2) < 2) return "too_few_units";
    if (arm.kind === "quantile" && !holdsQuantile(arm)) return "too_few_for_quantile";
  }
  return undefined;
}

function refusalOfEstimates(
  [a, b]: readonly [ArmEstimate, ArmEstimate],
  { relative, variance }: { readonly relative: boolean; readonly variance: number },
): EffectRefusal | undefined {
  if (![a.value, b.value, a.variance, b.variance].every((each) => Number.isFinite(each))) return "denominator_zero";
  if (relative && a.unadjusted === 0) return "baseline_zero";
  return a.variance > 0 && b.variance > 0 && variance > 0 ? undefined : "no_variance";
}

/**
 * The variance of (treatment − control) ÷ |what control showed|. Control stands on both sides of the division, so its gradient has two parts; that of an adjusted
 * mean takes the difference that was seen, that of an adjusted ratio the adjusted one, as gbstats does (both tend to the same).
 */
function relativeVariance(a: ArmEstimate, b: ArmEstimate, kind: Arm["kind"]): number {
  const base = Math.abs(a.unadjusted);
  const change = kind === "adjusted" ? b.unadjusted - a.unadjusted : b.value - a.value;
  const toBase = (change * Math.sign(a.unadjusted)) / base ** 2;
  const ofControl = a.gradient.map((slope, at) => -slope / base - toBase * (a.unadjustedGradient[at] ?? 0));
  return quadratic(a.covariance, ofControl) / a.n + b.variance / base ** 2 / b.n;
}

function welchDegrees(a: ArmEstimate, b: ArmEstimate): number {
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  return (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
}

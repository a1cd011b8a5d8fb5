import { normalDensity, normalQuantile, normalUpper } from "./distributions.ts";
import type { Effect } from "./effect.ts";

/**
 * What is believed of the effect before the experiment: normal with this mean and variance, on the relative scale unless said otherwise; carried over to the scale
 * of the effect by what control showed. A prior that is not `proper` is flat: the data speak alone.
 */
export type Prior = {
  readonly mean: number;
  readonly variance: number;
  readonly proper: boolean;
  readonly scale?: "relative" | "absolute";
};
export const FLAT_PRIOR: Prior = { mean: 0, variance: 1, proper: false };

/** What is believed after it. `risk`: what is lost on average, in the scale of the effect, by keeping control and by taking the treatment. */
export type Posterior = {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
  readonly chanceToWin: number;
  readonly risk: { readonly control: number; readonly treatment: number };
};
/** `lowerIsBetter`: a treatment wins by being below control. */
export type PosteriorSettings = { readonly prior?: Prior; readonly alpha?: number; readonly lowerIsBetter?: boolean };
/** A prior on the relative scale says nothing of an absolute effect (or the other way) where control is 0. */
export type PriorRefused = { readonly kind: "refused"; readonly reason: "baseline_zero" };

/**
 * The effect as it is believed after the experiment: normal prior times normal likelihood (the conjugate update; Gelman et al., Bayesian Data Analysis, §2.5),
 * credible interval with equal tails, risks as the mean of what a normal number is beyond 0.
 */
export function posteriorOf(
  effect: Effect,
  { prior = FLAT_PRIOR, alpha = 0.05, lowerIsBetter = false }: PosteriorSettings = {},
): ({ readonly kind: "believed" } & Posterior) | PriorRefused {
  const scaled = onScaleOf(effect, prior);
  if (!Number.isFinite(scaled.mean) || !(scaled.variance > 0)) return { kind: "refused", reason: "baseline_zero" };
  const ofData = 1 / effect.standardError ** 2;
  const ofPrior = prior.proper ? 1 / scaled.variance : 0;
  const mean = (effect.estimate * ofData + scaled.mean * ofPrior) / (ofData + ofPrior);
  const deviation = Math.sqrt(1 / (ofData + ofPrior));
  const reach = normalQuantile(1 - alpha / 2) * deviation;
  const z = mean / deviation;
  const above = deviation * normalDensity(z) + mean * normalUpper(-z);
  const below = deviation * normalDensity(z) - mean * normalUpper(z);
  return {
    kind: "believed",
    mean,
    deviation,
    low: mean - reach,
    high: mean + reach,
    chanceToWin: normalUpper(lowerIsBetter ? z : -z),
    risk: lowerIsBetter ? { control: below, treatment: above } : { control: above, treatment: below },
  };
}

function onScaleOf(
  { difference, control }: Effect,
  { mean, variance, proper, scale = "relative" }: Prior,
): { readonly mean: number; readonly variance: number } {
  if (!proper || scale === difference) return { mean, variance };
  const times = difference === "relative" ? 1 / Math.abs(control) : Math.abs(control);
  return { mean: mean * times, variance: variance * times ** 2 };
}

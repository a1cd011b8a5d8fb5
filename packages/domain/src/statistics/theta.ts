import { type AdjustedArm, type AdjustedRatioArm, type Arm, estimateArm, measureCovariance, measureVariance, quadratic } from "./arm.ts";
import { mergeMeasures } from "./merge-arms.ts";

/** Less than this of a ratio before the exposure is taken as none, as GrowthBook does. */
const NEXT_TO_NONE = 1e-8;

/**
 * How much of what units did before is taken off what they did after (CUPED: Deng, Xu, Kohavi and Walker 2013): the covariance of both over the variance of the
 * former, of both arms together, so that both are adjusted alike. Of ratios the same of what the delta method says of a unit. 0: nothing can be taken off.
 */
export function sharedTheta(control: Arm, treatment: Arm): number {
  if (control.kind === "adjusted" && treatment.kind === "adjusted") return thetaOfMeans(control, treatment);
  if (control.kind === "adjusted_ratio" && treatment.kind === "adjusted_ratio") return thetaOfRatios(control, treatment);
  return 0;
}

function thetaOfMeans(control: AdjustedArm, treatment: AdjustedArm): number {
  const n = control.n + treatment.n;
  const [post, pre] = [mergeMeasures(control.post, treatment.post), mergeMeasures(control.pre, treatment.pre)];
  const variance = measureVariance(pre, n);
  if (!(variance > 0) || !(measureVariance(post, n) > 0)) return 0;
  return measureCovariance(post, pre, { products: control.products + treatment.products, n }) / variance;
}

function thetaOfRatios(control: AdjustedRatioArm, treatment: AdjustedRatioArm): number {
  const parts = [control, treatment].map((arm) => {
    const { covariance, gradient } = estimateArm(arm, 1);
    const before = gradient.map((slope, at) => (at < 2 ? 0 : -slope));
    const after = gradient.map((slope, at) => (at < 2 ? slope : 0));
    return { variance: quadratic(covariance, before), covariance: quadratic(covariance, before, after) };
  });
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const theta = parts.reduce((sum, part) => sum + part.covariance, 0) / variance;
  return variance > 0 && Math.abs(theta) >= NEXT_TO_NONE ? theta : 0;
}

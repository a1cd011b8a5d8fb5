import { normalQuantile } from "./distributions.ts";

/**
 * What is left of the units of one arm of an experiment: sums that hold all that means, variances and covariances need. `n` is how many units were exposed,
 * also those who did nothing; sums are over all of them.
 */
export type Arm = ProportionArm | MeanArm | RatioArm | AdjustedArm | AdjustedRatioArm | QuantileArm;

/** One number per unit: yes or no (`sum` says how many said yes), or any number. */
export type Measure =
  { readonly kind: "proportion"; readonly sum: number } | { readonly kind: "mean"; readonly sum: number; readonly sumSquares: number };
/** The share of units that did something. */
export type ProportionArm = { readonly kind: "proportion"; readonly n: number; readonly sum: number };
/** The mean of a number per unit; money that was capped per unit is one too. */
export type MeanArm = { readonly kind: "mean"; readonly n: number; readonly sum: number; readonly sumSquares: number };
/** A sum over a sum, e.g. the value of an order where units have many orders. `products` is the sum of numerator × denominator. */
export type RatioArm = {
  readonly kind: "ratio";
  readonly n: number;
  readonly numerator: Measure;
  readonly denominator: Measure;
  readonly products: number;
};
/** A mean with what the same units did before they were exposed (CUPED). `products` is the sum of post × pre. */
export type AdjustedArm = {
  readonly kind: "adjusted";
  readonly n: number;
  readonly post: Measure;
  readonly pre: Measure;
  readonly products: number;
};
/** A ratio with the same ratio before the exposure; `products` are the sums of the six products of the four numbers of a unit. */
export type AdjustedRatioArm = {
  readonly kind: "adjusted_ratio";
  readonly n: number;
  readonly numerator: { readonly post: Measure; readonly pre: Measure };
  readonly denominator: { readonly post: Measure; readonly pre: Measure };
  readonly products: {
    readonly post: number;
    readonly pre: number;
    readonly numerator: number;
    readonly denominator: number;
    readonly numeratorPostDenominatorPre: number;
    readonly numeratorPreDenominatorPost: number;
  };
};
/**
 * A quantile of the numbers of an arm. `low` and `high` are the quantiles at `quantileBounds(level, n)`. Without `clusters` every unit has one number and
 * `n` counts units; with them `n` counts numbers, and `clusters` holds per unit: how many of its numbers lie at or below `value`, and how many it has.
 */
export type QuantileArm = {
  readonly kind: "quantile";
  readonly n: number;
  readonly level: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly clusters?: {
    readonly units: number;
    readonly below: { readonly sum: number; readonly sumSquares: number };
    readonly all: { readonly sum: number; readonly sumSquares: number };
    readonly products: number;
  };
};

/**
 * An arm as an estimate that depends smoothly on `means`: `value` with its gradient by them, and `unadjusted`, what was seen, with its own. `variance` is
 * that of one unit's part in `value` (the delta method): divided by `n` it is the squared standard error.
 */
export type ArmEstimate = {
  readonly n: number;
  readonly means: readonly number[];
  readonly value: number;
  readonly unadjusted: number;
  readonly variance: number;
  readonly covariance: Matrix;
  readonly gradient: readonly number[];
  readonly unadjustedGradient: readonly number[];
};
export type Matrix = readonly (readonly number[])[];

/** Less than this part of what is taken from each other is what rounding leaves of numbers that do not differ, and none. */
const ROUNDING = 1e-12;

/** Of how much a unit's number differs; a proportion's is p(1 − p), any other's is divided by n − 1. */
export function measureVariance(measure: Measure, n: number): number {
  const mean = measure.sum / n;
  if (measure.kind === "proportion") return mean * (1 - mean);
  const about = measure.sumSquares - (measure.sum * measure.sum) / n;
  return about > ROUNDING * measure.sumSquares ? about / (n - 1) : 0;
}

/** How two numbers of a unit go together, from the sum of their products. */
export function measureCovariance(a: Measure, b: Measure, { products, n }: { readonly products: number; readonly n: number }): number {
  const about = products - (a.sum * b.sum) / n;
  return a.kind === "proportion" && b.kind === "proportion" ? about / n : about / (n - 1);
}

/** The estimate of an arm; `theta` says how much of what was before is taken off (CUPED), 0 leaves what was seen. */
export function estimateArm(arm: Arm, theta = 0): ArmEstimate {
  switch (arm.kind) {
    case "proportion":
    case "mean":
      return shaped(
        arm.n,
        { means: [arm.sum / arm.n], covariance: [[measureVariance(arm, arm.n)]] },
        { value: arm.sum / arm.n, gradient: [1] },
      );
    case "ratio": {
      const { numerator, denominator, n } = arm;
      return shaped(n, pairOf(numerator, denominator, arm), ratioOf(numerator.sum / n, denominator.sum / n));
    }
    case "adjusted": {
      const { post, pre, n } = arm;
      const seen = { value: post.sum / n, gradient: [1, 0] };
      return shaped(n, pairOf(post, pre, arm), { value: seen.value - (theta * pre.sum) / n, gradient: [1, -theta] }, seen);
    }
    case "adjusted_ratio":
      return adjustedRatio(arm, theta);
    case "quantile":
      return shaped(arm.n, { means: [arm.value], covariance: [[quantileVariance(arm)]] }, { value: arm.value, gradient: [1] });
  }
}

/** The places, as shares, of the two quantiles that a quantile arm needs: the level and a normal interval of 95 % about it, inside [0, 1]. */
export function quantileBounds(level: number, n: number): { readonly low: number; readonly high: number } {
  const reach = normalQuantile(0.975) * Math.sqrt((level * (1 - level)) / n);
  return { low: Math.max(0, level - reach), high: Math.min(1, level + reach) };
}

/** Whether an arm has enough numbers for both bounds of its quantile to lie inside them. */
export function holdsQuantile({ n, level }: QuantileArm): boolean {
  const square = normalQuantile(0.975) ** 2;
  return n > (square * level) / (1 - level) && n > (square * (1 - level)) / level;
}

type Moments = Pick<ArmEstimate, "means" | "covariance">;
type Value = { readonly value: number; readonly gradient: readonly number[] };

/** A ratio of two means with its slopes. */
export function ratioOf(numerator: number, denominator: number): { readonly value: number; readonly gradient: readonly [number, number] } {
  return { value: numerator / denominator, gradient: [1 / denominator, -numerator / denominator ** 2] };
}

/** Means of two numbers of a unit, and how these go together. */
export function pairOf(a: Measure, b: Measure, of: { readonly products: number; readonly n: number }): Moments {
  const both = measureCovariance(a, b, of);
  const covariance = [
    [measureVariance(a, of.n), both],
    [both, measureVariance(b, of.n)],
  ];
  return { means: [a.sum / of.n, b.sum / of.n], covariance };
}

function adjustedRatio({ n, numerator, denominator, products }: AdjustedRatioArm, theta: number): ArmEstimate {
  const measures = [numerator.post, denominator.post, numerator.pre, denominator.pre];
  const sums = [
    [0, products.post, products.numerator, products.numeratorPostDenominatorPre],
    [products.post, 0, products.numeratorPreDenominatorPost, products.denominator],
    [products.numerator, products.numeratorPreDenominatorPost, 0, products.pre],
    [products.numeratorPostDenominatorPre, products.denominator, products.pre, 0],
  ];
  const covariance = measures.map((a, row) =>
    measures.map((b, column) =>
      row === column ? measureVariance(a, n) : measureCovariance(a, b, { products: sums[row]?.[column] ?? 0, n }),
    ),
  );
  const moments = { means: measures.map(({ sum }) => sum / n), covariance };
  const post = ratioOf(numerator.post.sum / n, denominator.post.sum / n);
  if (theta === 0) return shaped(n, moments, { value: post.value, gradient: [...post.gradient, 0, 0] });
  const pre = ratioOf(numerator.pre.sum / n, denominator.pre.sum / n);
  const gradient = [...post.gradient, -theta * pre.gradient[0], -theta * pre.gradient[1]];
  const seen = { value: post.value, gradient: [...post.gradient, 0, 0] };
  return shaped(n, moments, { value: post.value - theta * pre.value, gradient }, seen);
}

/**
 * n × the squared standard error of a quantile: the reach between its two bounds over that of a normal interval (Deng, Knoblich and Lu 2018, "Applying the delta
 * method in metric analytics", §4). Where units have several numbers it grows as the variance of the share below the quantile does. As in GrowthBook, an arm
 * of a hundred numbers or more has at least 0.00001, so that bounds which coincide do not make a quantile certain.
 */
function quantileVariance(arm: QuantileArm): number {
  const { n, level, low, high, clusters } = arm;
  const reach = (high - low) / (2 * normalQuantile(0.975));
  const alone = (n - 1) * reach ** 2;
  const variance = clusters === undefined ? alone : (alone * clusterVariance(clusters)) / ((level * (1 - level)) / n);
  return n < 100 ? variance : Math.max(variance, 1e-5);
}

function clusterVariance({ units, below, all, products }: NonNullable<QuantileArm["clusters"]>): number {
  const numerator = { kind: "mean" as const, ...below };
  const denominator = { kind: "mean" as const, ...all };
  return estimateArm({ kind: "ratio", n: units, numerator, denominator, products }).variance / units;
}

function shaped(n: number, { means, covariance }: Moments, { value, gradient }: Value, seen: Value = { value, gradient }): ArmEstimate {
  return {
    n,
    means,
    value,
    unadjusted: seen.value,
    variance: roundedVariance(covariance, gradient),
    covariance,
    gradient,
    unadjustedGradient: seen.gradient,
  };
}

/** The variance of what a gradient says; 0 where what is left is rounding. */
export function roundedVariance(covariance: Matrix, gradient: readonly number[]): number {
  const variance = quadratic(covariance, gradient);
  const size = covariance.map((row) => row.map((value) => Math.abs(value)));
  const terms = quadratic(
    size,
    gradient.map((slope) => Math.abs(slope)),
  );
  return Math.abs(variance) <= ROUNDING * terms ? 0 : variance;
}

/** g′Λg, or g′Λh: the variance of what a gradient says, or the covariance of what two say. */
export function quadratic(matrix: Matrix, left: readonly number[], right: readonly number[] = left): number {
  return matrix.reduce(
    (sum, row, at) => sum + (left[at] ?? 0) * row.reduce((inner, value, column) => inner + value * (right[column] ?? 0), 0),
    0,
  );
}

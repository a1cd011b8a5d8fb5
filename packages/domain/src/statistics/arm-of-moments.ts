import type { Arm, Measure } from "./arm.ts";

/** A metric of the people of one variant as it is read: how it is told, and sums over people (see `AnalysedMoments`). */
export type ReadMetric = {
  readonly statistic: "proportion" | "mean" | "ratio" | "quantile";
  /** Of a quantile: which. */
  readonly level?: number;
  /** Of each value of a person whether it is 1 or 0; of what was before as of what came after. */
  readonly yesOrNo: readonly boolean[];
};
/**
 * `sums` of each value of a person (of a ratio: numerator, denominator), then of the same before the exposure where that was asked for. `products` row by row:
 * of each value with itself and with those behind it.
 */
export type ReadMoments = {
  readonly n: number;
  readonly sums: readonly number[];
  readonly products: readonly (readonly number[])[];
  readonly quantile?: { readonly value: number | null; readonly lower: number | null; readonly upper: number | null };
};

/** The arm that these sums are; null where nobody counts, or a quantile is of nothing. What was before is used wherever it was read, except of quantiles. */
export function armOfMoments(metric: ReadMetric, moments: ReadMoments): Arm | null {
  if (moments.n === 0) return null;
  if (metric.statistic === "quantile") return quantileOf(metric, moments);
  const { n, sums } = moments;
  const values = metric.statistic === "ratio" ? 2 : 1;
  const measure = (at: number): Measure => {
    const sum = sums[at] ?? 0;
    return metric.yesOrNo[at % values] === true
      ? { kind: "proportion", sum }
      : { kind: "mean", sum, sumSquares: productOf(moments, at, at) };
  };
  const hasBefore = sums.length >= 2 * values;
  if (values === 1) {
    if (!hasBefore) return { n, ...measure(0) };
    return { kind: "adjusted", n, post: measure(0), pre: measure(1), products: productOf(moments, 0, 1) };
  }
  if (!hasBefore) return { kind: "ratio", n, numerator: measure(0), denominator: measure(1), products: productOf(moments, 0, 1) };
  return {
    kind: "adjusted_ratio",
    n,
    numerator: { post: measure(0), pre: measure(2) },
    denominator: { post: measure(1), pre: measure(3) },
    products: {
      post: productOf(moments, 0, 1),
      numerator: productOf(moments, 0, 2),
      numeratorPostDenominatorPre: productOf(moments, 0, 3),
      numeratorPreDenominatorPost: productOf(moments, 1, 2),
      denominator: productOf(moments, 1, 3),
      pre: productOf(moments, 2, 3),
    },
  };
}

function quantileOf({ level }: ReadMetric, { n, quantile }: ReadMoments): Arm | null {
  const { value, lower, upper } = quantile ?? { value: null, lower: null, upper: null };
  if (level === undefined || value === null || lower === null || upper === null) return null;
  return { kind: "quantile", n, level, value, low: lower, high: upper };
}

/** The sum of products of two values, the first not behind the second. */
function productOf({ products }: ReadMoments, a: number, b: number): number {
  return products[a]?.[b - a] ?? 0;
}

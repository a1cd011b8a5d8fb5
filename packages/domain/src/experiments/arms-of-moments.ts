import type { Arm, Measure } from "../statistics/arm.ts";
import type { UnitStatistic } from "./unit-metric.ts";

/** Sums over the people of a variant, as the analysis of experiments tells them. */
export type Moments = {
  readonly n: number;
  readonly waiting: number;
  readonly sums: readonly number[];
  readonly products: readonly (readonly number[])[];
  readonly quantile?: { readonly value: number | null; readonly lower: number | null; readonly upper: number | null } | undefined;
};
export type ReadMetric = {
  readonly statistic: UnitStatistic;
  readonly known: boolean;
  readonly yesOrNo: readonly boolean[];
  readonly variants: readonly Moments[];
  /** The same of the people of each period in which shares stayed as they were; of an experiment whose shares change. */
  readonly periods?: readonly (readonly Moments[])[] | undefined;
};
/** What is read of the people of one period: how many there are of each variant, and the sums of each metric. */
export type ReadPeriod = {
  readonly variants: readonly { readonly people: number }[];
  readonly metrics: readonly { readonly variants: readonly Moments[] }[];
};

/** Metrics with what is read of them in each period, where there are periods. */
export function metricsOver(read: {
  readonly metrics: readonly ReadMetric[];
  readonly periods?: readonly ReadPeriod[] | undefined;
}): readonly ReadMetric[] {
  const { metrics, periods } = read;
  if (periods === undefined) return metrics;
  return metrics.map((metric, at) => ({
    ...metric,
    periods: metric.periods ?? periods.map((period) => period.metrics[at]?.variants ?? []),
  }));
}

/** Sums of a variant as the statistics take them; with what was before where it was asked for. */
export function armOf({ statistic, yesOrNo, variants }: ReadMetric, variant: number, level: number | undefined): Arm | undefined {
  const of = variants[variant];
  if (of === undefined) return undefined;
  const { n, sums } = of;
  const measure = (at: number): Measure =>
    yesOrNo[at] === true
      ? { kind: "proportion", sum: sums[at] ?? 0 }
      : { kind: "mean", sum: sums[at] ?? 0, sumSquares: productOf(of, at, at) };
  if (statistic === "quantile") return quantileArm(of, level);
  if (statistic === "ratio") return ratioArm(of, measure);
  if (sums.length < 2) return { ...measure(0), n };
  return { kind: "adjusted", n, post: measure(0), pre: measure(1), products: productOf(of, 0, 1) };
}

function ratioArm(of: Moments, measure: (at: number) => Measure): Arm {
  const { n, sums } = of;
  const products = (a: number, b: number): number => productOf(of, a, b);
  if (sums.length < 4) return { kind: "ratio", n, numerator: measure(0), denominator: measure(1), products: products(0, 1) };
  return {
    kind: "adjusted_ratio",
    n,
    numerator: { post: measure(0), pre: measure(2) },
    denominator: { post: measure(1), pre: measure(3) },
    products: {
      post: products(0, 1),
      pre: products(2, 3),
      numerator: products(0, 2),
      denominator: products(1, 3),
      numeratorPostDenominatorPre: products(0, 3),
      numeratorPreDenominatorPost: products(1, 2),
    },
  };
}

function quantileArm({ n, quantile }: Moments, level: number | undefined): Arm | undefined {
  const { value = null, lower = null, upper = null } = quantile ?? {};
  if (value === null || lower === null || upper === null || level === undefined) return undefined;
  return { kind: "quantile", n, level, value, low: lower, high: upper };
}

/** Of each value those products are told that stand with it or behind it. */
function productOf({ products }: Moments, a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return products[low]?.[high - low] ?? 0;
}

import { estimateArm, measureCovariance, measureVariance, quadratic, type Measure } from "../statistics/arm.ts";
import { EFFECT_REFUSALS, estimateEffect, type Difference, type Effect, type EffectRefusal } from "../statistics/effect.ts";
import { fixedInterval, type Interval } from "../statistics/interval.ts";
import { sequentialInterval } from "../statistics/sequential.ts";
import { armOf, type ReadMetric } from "./arms-of-moments.ts";
import { tuningOf, type ReadingSettings } from "./tell-results.ts";

/** Why a day has no effect. */
export const UNTOLD_OF_DAY = [...EFFECT_REFUSALS, "unknown_metric"] as const;
/** What becomes of an effect with the days. */
export const TREND_CALLS = ["fades", "grows", "unclear"] as const;

/** Sums over people of their values on one day. */
export type DayMoments = { readonly n: number; readonly sums: readonly number[]; readonly products: readonly (readonly number[])[] };
/** Of people who had all days: sums of each one's slope and mean over the days, and of their products. */
export type TrendMoments = DayMoments;
export type ReadNovelty = {
  readonly metrics: readonly (Omit<ReadMetric, "variants"> & {
    readonly variants: readonly { readonly days: readonly DayMoments[]; readonly trend: TrendMoments | null }[];
  })[];
};
export type ToldDay = {
  readonly day: number;
  readonly n: number;
  readonly value: number | null;
  readonly effect: { readonly estimate: number; readonly low: number | null; readonly high: number | null } | null;
  readonly untold: EffectRefusal | "unknown_metric" | null;
};
export type ToldTrend = {
  readonly n: number;
  readonly slope: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number;
  readonly call: (typeof TREND_CALLS)[number];
};
export type ToldNovelty = readonly {
  readonly variants: readonly { readonly days: readonly ToldDay[]; readonly trend: ToldTrend | null }[];
}[];

/**
 * The effect by day since exposure. The intervals of all days hold together (each at the level divided by how many days there are, Bonferroni). The trend is the
 * difference of the people's own slopes, each a least-squares slope of one person's values by the day: a mean of independent numbers, however much the days of one
 * person go together. Relative effects: over the mean of control in the same days (delta method).
 */
export function tellNovelty(read: ReadNovelty, settings: ReadingSettings): ToldNovelty {
  return read.metrics.map((metric) => ({
    variants: metric.variants.map(({ days }, variant) => ({
      days: days.map((_, day) => toldDay(metric, { day, variant }, settings)),
      trend: metric.known && variant > 0 ? toldTrend(metric, variant, settings) : null,
    })),
  }));
}

type NoveltyMetric = ReadNovelty["metrics"][number];

function toldDay(
  metric: NoveltyMetric,
  { day, variant }: { readonly day: number; readonly variant: number },
  settings: ReadingSettings,
): ToldDay {
  const { statistic, known, yesOrNo, variants } = metric;
  const moments = variants.map(({ days }) => ({ waiting: 0, ...(days[day] ?? { n: 0, sums: [], products: [] }) }));
  const ofDay: ReadMetric = { statistic, known, yesOrNo, variants: moments };
  const n = moments[variant]?.n ?? 0;
  if (!known) return { day, n, value: null, effect: null, untold: "unknown_metric" };
  const [control, treatment] = [armOf(ofDay, 0, undefined), armOf(ofDay, variant, undefined)];
  const value = treatment === undefined || n === 0 ? null : finite(estimateArm(treatment).unadjusted);
  if (variant === 0) return { day, n, value, effect: null, untold: null };
  if (control === undefined || treatment === undefined) return { day, n, value, effect: null, untold: "too_few_units" };
  const effect = estimateEffect(control, treatment, settings.difference);
  if (effect.kind === "refused") return { day, n, value, effect: null, untold: effect.reason };
  const days = variants[variant]?.days.length ?? 1;
  const { low, high } = intervalOf(effect, { settings, variant }, (1 - settings.level) / days);
  return { day, n, value, effect: { estimate: effect.estimate, low: finite(low), high: finite(high) }, untold: null };
}

function toldTrend({ variants }: NoveltyMetric, variant: number, settings: ReadingSettings): ToldTrend | null {
  const [control, treatment] = [variants[0]?.trend ?? null, variants[variant]?.trend ?? null];
  if (control === null || treatment === null || control.n < 2 || treatment.n < 2) return null;
  const [a, b] = [slopeAndMean(control), slopeAndMean(treatment)];
  const change = slopeEffect(a, b, settings.difference);
  if (change === undefined) return null;
  const alpha = 1 - settings.level;
  const { low, high, p } = intervalOf(change, { settings, variant }, alpha);
  const call = p < alpha && !settings.isEarly ? directionOf(change.estimate, b.mean - a.mean) : "unclear";
  return { n: change.n, slope: change.estimate, low: finite(low), high: finite(high), p, call };
}

/** An effect fades where its slope goes against it. */
function directionOf(slope: number, effect: number): ToldTrend["call"] {
  return slope * effect < 0 ? "fades" : "grows";
}

type SlopeAndMean = {
  readonly n: number;
  readonly slope: number;
  readonly mean: number;
  readonly covariance: readonly (readonly number[])[];
};

function slopeAndMean({ n, sums: [slope = 0, mean = 0], products }: TrendMoments): SlopeAndMean {
  const of = (sum: number, sumSquares: number): Measure => ({ kind: "mean", sum, sumSquares });
  const [slopes, means] = [of(slope, products[0]?.[0] ?? 0), of(mean, products[1]?.[0] ?? 0)];
  const both = measureCovariance(slopes, means, { products: products[0]?.[1] ?? 0, n });
  const covariance = [
    [measureVariance(slopes, n), both],
    [both, measureVariance(means, n)],
  ];
  return { n, slope: slope / n, mean: mean / n, covariance };
}

/** The difference of two mean slopes as an effect; undefined where it cannot be told. */
function slopeEffect(a: SlopeAndMean, b: SlopeAndMean, difference: Difference): Effect | undefined {
  const change = b.slope - a.slope;
  const base = difference === "relative" ? Math.abs(a.mean) : 1;
  if (base === 0) return undefined;
  const byMean = difference === "relative" ? (-change * Math.sign(a.mean)) / base ** 2 : 0;
  const [va, vb] = [quadratic(a.covariance, [-1 / base, byMean]) / a.n, (b.covariance[0]?.[0] ?? 0) / base ** 2 / b.n];
  if (!(va > 0) || !(vb > 0)) return undefined;
  return {
    kind: "estimated",
    difference,
    estimate: change / base,
    standardError: Math.sqrt(va + vb),
    degrees: (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1)),
    n: a.n + b.n,
    control: a.slope,
    treatment: b.slope,
    theta: 0,
    cautions: [],
  };
}

/** As the experiment is read: at all times at once, or once. A posterior after a flat prior is the latter in other words. */
function intervalOf(
  effect: Effect,
  { settings, variant }: { readonly settings: ReadingSettings; readonly variant: number },
  alpha: number,
): Interval {
  return settings.method === "sequential"
    ? sequentialInterval(effect, { alpha, tuning: tuningOf(settings, variant) })
    : fixedInterval(effect, { alpha });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

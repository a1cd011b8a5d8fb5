import { pairOf, roundedVariance, type Matrix, type Measure } from "../statistics/arm.ts";
import { adjustedInterval, adjustedPs } from "../statistics/corrections.ts";
import type { Difference, Effect } from "../statistics/effect.ts";
import { fixedInterval, type Interval } from "../statistics/interval.ts";
import { sequentialInterval } from "../statistics/sequential.ts";
import { tuningOf, type ReadingSettings } from "./tell-results.ts";

/** What becomes of an effect with the days. */
export const TREND_CALLS = ["fades", "grows", "reverses", "unclear"] as const;

/** Of people who had all days: sums of each one's slope and mean over the days, and of their products. */
export type TrendMoments = { readonly n: number; readonly sums: readonly number[]; readonly products: readonly (readonly number[])[] };
/** The effect on one day as it is told, with the interval that pays for all days; null where it is not told. */
export type DayEffect = { readonly low: number | null; readonly high: number | null } | null;
/** What a metric's variants have, control first: people's slopes, null where there are none, and the effects by day. */
export type ReadTrends = { readonly variants: readonly { readonly trend: TrendMoments | null; readonly effects: readonly DayEffect[] }[] };
export type ToldTrend = {
  readonly n: number;
  readonly slope: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number;
  readonly pAdjusted: number;
  readonly call: (typeof TREND_CALLS)[number];
};

/**
 * By how much the effect changes a day, told by people's own slopes. Absolute: the difference of the mean slopes. Relative: the slope of treatment ÷ control at the mean
 * of the days (delta method), which is 0 where both change in proportion, however much control itself rises or falls. The correction pays for all metrics in all variants,
 * by Holm where none was chosen; guardrails for nothing.
 */
export function tellTrends(metrics: readonly ReadTrends[], settings: ReadingSettings): readonly (readonly (ToldTrend | null)[])[] {
  const drafts = metrics.map((metric) => metric.variants.map((_, variant) => draftOf(metric, variant, settings)));
  const paying = drafts.map((variants, at) => (settings.metrics[at]?.role === "guardrail" ? variants.map(() => null) : variants));
  const adjusted = adjustedPs(
    paying.flat().map((draft) => draft?.slope.p ?? null),
    settings.correction === "none" ? "holm" : settings.correction,
  );
  const pOf = new Map(paying.flat().map((draft, at) => [draft, adjusted[at] ?? null]));
  return drafts.map((variants) =>
    variants.map((draft) => (draft === null ? null : toldTrend(draft, pOf.get(draft) ?? draft.slope.p, settings))),
  );
}

type Reading = Interval & { readonly estimate: number };
/** Ends are the effects that the people's line has on the first and the last day, with what those days show by themselves. */
type End = { readonly line: Reading; readonly day: DayEffect };
type Draft = { readonly n: number; readonly slope: Reading; readonly first: End; readonly last: End };

function toldTrend({ n, slope, first, last }: Draft, pAdjusted: number, { level, isEarly }: ReadingSettings): ToldTrend {
  const alpha = 1 - level;
  const { low, high } = pAdjusted > slope.p ? adjustedInterval(slope, { p: pAdjusted, alpha }) : slope;
  const call = pAdjusted < alpha && !isEarly ? directionOf(first, last) : "unclear";
  return { n, slope: slope.estimate, low: finite(low), high: finite(high), p: slope.p, pAdjusted, call };
}

/**
 * A slope does not say where 0 is; the ends do. Where the line crosses 0 the days themselves must show it: the line of an effect that wears off in a curve crosses 0 as
 * well.
 */
function directionOf(first: End, last: End): ToldTrend["call"] {
  const [before, after] = [sideOf(first.line), sideOf(last.line)];
  if (before === 0 && after === 0) return "unclear";
  if (before * after >= 0) return Math.abs(last.line.estimate) < Math.abs(first.line.estimate) ? "fades" : "grows";
  const [began, ended] = [sideOf(first.day) === before, sideOf(last.day) === after];
  if (began) return ended ? "reverses" : "fades";
  return ended ? "grows" : "unclear";
}

/** On which side of 0 an interval lies; 0 where it holds it or is none. */
function sideOf(interval: DayEffect): number {
  if (interval === null) return 0;
  if ((interval.low ?? -1) > 0) return 1;
  return (interval.high ?? 1) < 0 ? -1 : 0;
}

function draftOf({ variants }: ReadTrends, variant: number, settings: ReadingSettings): Draft | null {
  const [control, treatment] = [trendArm(variants[0]), trendArm(variants[variant])];
  if (variant === 0 || control === null || treatment === null) return null;
  const arms = [control, treatment] as const;
  if (settings.difference === "relative" && control.mean === 0) return null;
  const { slope, mean } = changesOf(arms, settings.difference);
  const ofSlope = effectOf(slope, arms);
  if (ofSlope === null) return null;
  const line = (days: number): Reading => {
    const change = along(mean, slope, days);
    const effect = effectOf(change, arms);
    const told = effect === null ? { low: -Infinity, high: Infinity, p: 1 } : intervalOf(effect, settings, variant);
    return { estimate: change.estimate, ...told };
  };
  const effects = variants[variant]?.effects ?? [];
  const half = (effects.length - 1) / 2;
  return {
    n: control.n + treatment.n,
    slope: { estimate: slope.estimate, ...intervalOf(ofSlope, settings, variant) },
    first: { line: line(-half), day: effects[0] ?? null },
    last: { line: line(half), day: effects.at(-1) ?? null },
  };
}

type TrendArm = {
  readonly n: number;
  readonly slope: number;
  readonly mean: number;
  readonly covariance: Matrix;
};

/** Null of fewer than two people. */
function trendArm(variant: ReadTrends["variants"][number] | undefined): TrendArm | null {
  if (variant === undefined || variant.trend === null || variant.trend.n < 2) return null;
  const {
    n,
    sums: [slope = 0, mean = 0],
    products,
  } = variant.trend;
  const of = (sum: number, sumSquares: number): Measure => ({ kind: "mean", sum, sumSquares });
  const pair = pairOf(of(slope, products[0]?.[0] ?? 0), of(mean, products[1]?.[0] ?? 0), { products: products[0]?.[1] ?? 0, n });
  return { n, slope: slope / n, mean: mean / n, covariance: pair.covariance };
}

/** A figure with how it moves with slope and mean of control, and of treatment. */
type Change = { readonly estimate: number; readonly control: readonly [number, number]; readonly treatment: readonly [number, number] };

/** By how much the effect changes a day, and what it is at the middle of the days. */
function changesOf([a, b]: readonly [TrendArm, TrendArm], difference: Difference): { readonly slope: Change; readonly mean: Change } {
  if (difference === "absolute")
    return {
      slope: { estimate: b.slope - a.slope, control: [-1, 0], treatment: [1, 0] },
      mean: { estimate: b.mean - a.mean, control: [0, -1], treatment: [0, 1] },
    };
  const base = Math.abs(a.mean);
  const ratio = b.mean / a.mean;
  const slope = (b.slope - ratio * a.slope) / base;
  return {
    slope: {
      estimate: slope,
      control: [-ratio / base, (ratio * a.slope) / (base * a.mean) - slope / a.mean],
      treatment: [1 / base, -a.slope / (base * a.mean)],
    },
    mean: { estimate: (b.mean - a.mean) / base, control: [0, -ratio / base], treatment: [0, 1 / base] },
  };
}

function along(mean: Change, slope: Change, days: number): Change {
  const sum = (one: readonly [number, number], other: readonly [number, number]): readonly [number, number] => [
    one[0] + days * other[0],
    one[1] + days * other[1],
  ];
  return {
    estimate: mean.estimate + days * slope.estimate,
    control: sum(mean.control, slope.control),
    treatment: sum(mean.treatment, slope.treatment),
  };
}

function effectOf(change: Change, [a, b]: readonly [TrendArm, TrendArm]): Estimated | null {
  const [va, vb] = [roundedVariance(a.covariance, change.control) / a.n, roundedVariance(b.covariance, change.treatment) / b.n];
  // Of somebody who acts on the first of two days only, the line ends at 0 exactly.
  if (!(va > 0) || !(vb > 0)) return null;
  return {
    estimate: change.estimate,
    standardError: Math.sqrt(va + vb),
    degrees: (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1)),
    n: a.n + b.n,
  };
}

/** What an interval is made of. */
type Estimated = Pick<Effect, "estimate" | "standardError" | "degrees" | "n">;

/** The interval of an effect, once only where the experiment is read once: a posterior is looked at on any day, so what is called beside it has to hold on any. */
export function intervalOf(effect: Estimated, settings: ReadingSettings, variant: number, alpha = 1 - settings.level): Interval {
  return settings.method === "frequentist"
    ? fixedInterval(effect, { alpha })
    : sequentialInterval(effect, { alpha, tuning: tuningOf(settings, variant) });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

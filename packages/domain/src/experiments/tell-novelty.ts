import { estimateArm } from "../statistics/arm.ts";
import { EFFECT_REFUSALS, estimateEffect, type EffectRefusal } from "../statistics/effect.ts";
import { armOf, type ReadMetric } from "./arms-of-moments.ts";
import { intervalOf, tellTrends, type ToldTrend, type TrendMoments } from "./novelty-trend.ts";
import type { ReadingSettings } from "./tell-results.ts";

/** Why a day has no effect. */
export const UNTOLD_OF_DAY = [...EFFECT_REFUSALS, "unknown_metric"] as const;

/** Sums over people of their values on one day. */
export type DayMoments = { readonly n: number; readonly sums: readonly number[]; readonly products: readonly (readonly number[])[] };
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
export type ToldNovelty = readonly {
  readonly variants: readonly { readonly days: readonly ToldDay[]; readonly trend: ToldTrend | null }[];
}[];

/**
 * The effect by day since exposure. The intervals of all days of a metric in a variant hold together (each at the level divided by how many days there are, Bonferroni).
 * The trend is that of the people's own slopes, each a least-squares slope of one person's values by the day: a mean of independent numbers, however much the days of one
 * person go together.
 */
export function tellNovelty(read: ReadNovelty, settings: ReadingSettings): ToldNovelty {
  const told = read.metrics.map((metric) =>
    metric.variants.map(({ days, trend }, variant) => ({
      days: days.map((_, day) => toldDay(metric, { day, variant }, settings)),
      trend: metric.known ? trend : null,
    })),
  );
  const trends = tellTrends(
    told.map((variants) => ({ variants: variants.map(({ days, trend }) => ({ trend, effects: days.map(({ effect }) => effect) })) })),
    settings,
  );
  return told.map((variants, at) => ({
    variants: variants.map(({ days }, variant) => ({ days, trend: trends[at]?.[variant] ?? null })),
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
  const { low, high } = intervalOf(effect, settings, variant, (1 - settings.level) / days);
  return { day, n, value, effect: { estimate: effect.estimate, low: finite(low), high: finite(high) }, untold: null };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

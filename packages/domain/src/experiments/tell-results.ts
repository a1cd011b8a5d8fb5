import { plannedShares } from "../assignment/real-shares.ts";
import { estimateArm } from "../statistics/arm.ts";
import { posteriorOf, type Prior } from "../statistics/bayesian.ts";
import { adjustedInterval, adjustedPs, type Correction } from "../statistics/corrections.ts";
import { estimateEffect, withoutLean, type Difference, type Effect, type EffectRefusal, type Refused } from "../statistics/effect.ts";
import { fixedInterval } from "../statistics/interval.ts";
import { checkSampleRatio, checkSampleRatioOver, type SampleRatio } from "../statistics/sample-ratio.ts";
import { sequentialInterval, SEQUENTIAL_TUNING } from "../statistics/sequential.ts";
import { armOf, metricsOver, type Moments, type ReadMetric, type ReadPeriod } from "./arms-of-moments.ts";
import type { MetricRole } from "./experiment.ts";
import { effectOverPeriods, valueOverPeriods, type PeriodParts } from "./over-periods.ts";

/** How an experiment is read: once at its planned end, on any day, or as what is to be believed. */
export const EXPERIMENT_METHODS = ["frequentist", "sequential", "bayesian"] as const;
export type ExperimentMethod = (typeof EXPERIMENT_METHODS)[number];

export type ReadExperiment = {
  readonly variants: readonly { readonly people: number }[];
  readonly metrics: readonly ReadMetric[];
  /** People who were exposed with a group or a session, and therefore count in no variant. */
  readonly otherUnits?: number | undefined;
  /** The same of each period, where shares changed. */
  readonly periods?: readonly ReadPeriod[] | undefined;
};

/** Whether variants differ, or are the same to try the measuring itself: then no difference is expected. */
export const EXPERIMENT_KINDS = ["ab", "aa"] as const;

export type ReadingSettings = {
  /** Without it variants differ. */
  readonly kind?: (typeof EXPERIMENT_KINDS)[number] | undefined;
  /** Control first. */
  readonly weights: readonly number[];
  readonly metrics: readonly { readonly role: MetricRole; readonly better: "up" | "down"; readonly quantile?: number | undefined }[];
  readonly method: ExperimentMethod;
  readonly level: number;
  readonly correction: Correction;
  readonly difference: Difference;
  /** Of the relative effect; null: none. */
  readonly prior: { readonly mean: number; readonly deviation: number } | null;
  /** It is read once only, and the end that was planned has not come: nothing is called. */
  readonly isEarly: boolean;
  /** How many people of all variants were planned before the start: a sequential reading is narrowest there. Without it, at a size that suits most. */
  readonly plannedPeople?: number | null | undefined;
  /** The weights of each period, where shares changed: then variants are compared within periods, and the split is judged by these. */
  readonly periods?: readonly (readonly number[])[] | undefined;
  /** Parts of 10,000 who took part, of each time: the split is judged by what whole buckets gave at these. Without any, by the weights. */
  readonly coverages?: readonly number[] | undefined;
};

export const UNTOLD = ["unknown_metric", "baseline_zero_for_prior", "unit_not_person"] as const;
export type Untold = EffectRefusal | (typeof UNTOLD)[number];
/** Which way a variant went, by what is better. */
export const CALLS = ["better", "worse", "unclear"] as const;
export type Call = (typeof CALLS)[number];

/** The effect of a variant against the first one. Bounds are null where nothing bounds it. */
export type ToldEffect = {
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
  /** As it was and, in `pAdjusted`, after the correction; null of what is believed. */
  readonly p: number | null;
  readonly pAdjusted: number | null;
  readonly chanceToWin: number | null;
  /** What is lost on average by taking the variant, in the scale of the effect. */
  readonly risk: number | null;
  readonly call: Call;
};
export type ToldVariant = {
  readonly n: number;
  readonly waiting: number;
  readonly value: number | null;
  readonly deviation: number | null;
  readonly effect: ToldEffect | null;
  readonly untold: Untold | null;
};
export type Verdict =
  | { readonly kind: "split_off" | "no_data" | "too_early" | "no_difference" | "aa_even" }
  | { readonly kind: "wins" | "harms" | "aa_off"; readonly variant: number };
export type ToldExperiment = {
  readonly split: SampleRatio;
  readonly metrics: readonly { readonly variants: readonly ToldVariant[] }[];
  readonly verdict: Verdict;
};

/** What the sums of an experiment say. A split that is off blocks the verdict; an early look at what is to be read once calls nothing at all. */
export function tellResults(read: ReadExperiment, settings: ReadingSettings): ToldExperiment {
  const split = sampleRatioOf(read, settings);
  const metrics = tellMetrics(metricsOver(read), settings, read.otherUnits);
  return { split, metrics, verdict: verdictOf(metrics, split, settings) };
}

/**
 * What metrics say, those of `settings` in their order. The correction pays for all primary and secondary ones in all variants; guardrails are told without it, so that
 * a warning is not made fainter by how much else was looked at. `otherUnits` as in `ReadExperiment`.
 */
export function tellMetrics(read: readonly ReadMetric[], settings: ReadingSettings, otherUnits = 0): ToldExperiment["metrics"] {
  const drafts = read.map((metric, at) =>
    metric.variants.map((_, variant): Draft => {
      const draft = draftOf(metric, variant, { settings, at });
      return draft.untold === "too_few_units" && otherUnits > 0 ? { ...draft, untold: "unit_not_person" } : draft;
    }),
  );
  const corrected = drafts.flatMap((variants, at) => (settings.metrics[at]?.role === "guardrail" ? [] : variants));
  const adjusted = adjustedPs(
    corrected.map(({ raw }) => raw?.p ?? null),
    settings.method === "bayesian" ? "none" : settings.correction,
  );
  const pOf = new Map(corrected.map((draft, index) => [draft, adjusted[index] ?? null]));
  return drafts.map((variants, at) => ({
    variants: variants.map((draft) =>
      told(draft, pOf.get(draft) ?? draft.raw?.p ?? null, { settings, better: settings.metrics[at]?.better ?? "up" }),
    ),
  }));
}

/** Whether people came to variants as they were to, in each period where shares changed. */
export function sampleRatioOf(
  { variants, periods }: Pick<ReadExperiment, "variants" | "periods">,
  { weights, periods: drawn, coverages = [] }: ReadingSettings,
): SampleRatio {
  const planned = (units: readonly number[], said: readonly number[]) => plannedShares(units, { weights: said, coverages });
  if (periods === undefined || drawn === undefined) {
    const units = variants.map(({ people }) => people);
    const shares = planned(units, weights);
    return checkSampleRatio(units.map((count, at) => ({ units: count, weight: shares[at] ?? 0 })));
  }
  return checkSampleRatioOver(
    periods.map((of, at) => {
      const units = of.variants.map(({ people }) => people);
      return { units, weights: planned(units, drawn[at] ?? weights) };
    }),
  );
}

type Raw = {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly p: number | null;
  readonly chanceToWin: number | null;
  readonly risk: number | null;
};
type Draft = {
  readonly of: Moments;
  readonly value: number | null;
  readonly deviation: number | null;
  readonly raw: Raw | null;
  readonly untold: Untold | null;
};

function draftOf(
  metric: ReadMetric,
  variant: number,
  { settings, at }: { readonly settings: ReadingSettings; readonly at: number },
): Draft {
  const shown = shownOf(metric, variant, { level: settings.metrics[at]?.quantile, parts: settings.periods ?? [] });
  if (!metric.known) return { ...shown, value: null, deviation: null, raw: null, untold: "unknown_metric" };
  if (variant === 0) return { ...shown, raw: null, untold: null };
  const effect = effectOf(metric, variant, { settings, at });
  return typeof effect === "string" ? { ...shown, raw: null, untold: effect } : { ...shown, raw: effect, untold: null };
}

/** What a variant shows by itself. */
function shownOf(
  metric: ReadMetric,
  variant: number,
  { level, parts }: { readonly level: number | undefined; readonly parts: PeriodParts },
): Pick<Draft, "of" | "value" | "deviation"> {
  const of = metric.variants[variant] ?? { n: 0, waiting: 0, sums: [], products: [] };
  const arm = of.n === 0 ? undefined : armOf(metric, variant, level);
  if (arm === undefined) return { of, value: null, deviation: null };
  const { unadjusted, variance } = estimateArm(arm);
  return {
    of,
    value: metric.periods === undefined ? finite(unadjusted) : valueOverPeriods(metric, variant, parts),
    deviation: of.n < 2 ? null : finite(Math.sqrt(variance)),
  };
}

function effectOf(
  metric: ReadMetric,
  variant: number,
  { settings, at }: { readonly settings: ReadingSettings; readonly at: number },
): Raw | Untold {
  const asked = settings.metrics[at];
  const asks = { quantile: asked?.quantile, parts: settings.periods ?? [] };
  const effect = estimatedEffect(metric, variant, { ...asks, difference: settings.difference });
  if (effect.kind === "refused") return effect.reason;
  const isEarlyRelative = settings.method === "sequential" && settings.difference === "relative";
  const absolute = isEarlyRelative ? estimatedEffect(metric, variant, { ...asks, difference: "absolute" }) : undefined;
  const tuning = tuningOf(settings, variant);
  return (
    rawOf(absolute?.kind === "estimated" ? withoutLean(effect, absolute) : effect, { settings, tuning, better: asked?.better ?? "up" }) ??
    "baseline_zero_for_prior"
  );
}

/** What a variant changes in a metric, within periods where shares changed. */
export function estimatedEffect(
  metric: ReadMetric,
  variant: number,
  { quantile, difference, parts }: { readonly quantile: number | undefined; readonly difference: Difference; readonly parts: PeriodParts },
): Effect | Refused {
  const [control, treatment] = [armOf(metric, 0, quantile), armOf(metric, variant, quantile)];
  if (control === undefined || treatment === undefined) return { kind: "refused", reason: "too_few_units" };
  return metric.periods === undefined
    ? estimateEffect(control, treatment, difference)
    : effectOverPeriods(metric, variant, { difference, parts });
}

/** At how many people of both compared variants a sequential interval is narrowest: as many as were planned of them. It is said before the start and stays, or it would not hold at all times. */
export function tuningOf({ plannedPeople, weights }: ReadingSettings, variant: number): number {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const compared = (weights[0] ?? 0) + (weights[variant] ?? 0);
  return plannedPeople === undefined || plannedPeople === null || !(compared > 0) ? SEQUENTIAL_TUNING : (plannedPeople * compared) / all;
}

type Telling = { readonly settings: ReadingSettings; readonly tuning: number; readonly better: "up" | "down" };

function rawOf(effect: Effect, { settings: { method, level, prior }, tuning, better }: Telling): Raw | undefined {
  const alpha = 1 - level;
  const { estimate } = effect;
  if (method !== "bayesian") {
    const { low, high, p } = method === "sequential" ? sequentialInterval(effect, { alpha, tuning }) : fixedInterval(effect, { alpha });
    return { estimate, low, high, p, chanceToWin: null, risk: null };
  }
  const believed = posteriorOf(effect, {
    alpha,
    lowerIsBetter: better === "down",
    ...(prior === null ? {} : { prior: properPrior(prior) }),
  });
  if (believed.kind === "refused") return undefined;
  const { mean, low, high, chanceToWin, risk } = believed;
  return { estimate: mean, low, high, p: null, chanceToWin, risk: risk.treatment };
}

function properPrior({ mean, deviation }: NonNullable<ReadingSettings["prior"]>): Prior {
  return { mean, variance: deviation ** 2, proper: true };
}

function told(
  { of, value, deviation, raw, untold }: Draft,
  pAdjusted: number | null,
  { settings, better }: { readonly settings: ReadingSettings; readonly better: "up" | "down" },
): ToldVariant {
  const shown = { n: of.n, waiting: of.waiting, value, deviation, untold };
  if (raw === null) return { ...shown, effect: null };
  const alpha = 1 - settings.level;
  const isWidened = raw.p !== null && pAdjusted !== null && pAdjusted > raw.p;
  const { low, high } = isWidened ? adjustedInterval(raw, { p: pAdjusted, alpha }) : raw;
  const { estimate, p, chanceToWin, risk } = raw;
  const side = p === null ? sideOf(low, high) : (pAdjusted ?? p) < alpha ? Math.sign(estimate) : 0;
  const call: Call = side === 0 || settings.isEarly ? "unclear" : side > 0 === (better === "up") ? "better" : "worse";
  return {
    ...shown,
    effect: { estimate, low: finite(low), high: finite(high), p, pAdjusted: p === null ? null : pAdjusted, chanceToWin, risk, call },
  };
}

/** On which side of 0 an interval lies; 0 where it holds it. */
function sideOf(low: number, high: number): number {
  if (low > 0) return 1;
  return high < 0 ? -1 : 0;
}

function verdictOf(metrics: ToldExperiment["metrics"], split: SampleRatio, settings: ReadingSettings): Verdict {
  const { metrics: asked, weights, isEarly, kind } = settings;
  if (split.blocks) return { kind: "split_off" };
  const withRole = (role: MetricRole) => metrics.filter((_, at) => asked[at]?.role === role);
  const primary = withRole("primary");
  const callsOf = (of: ToldExperiment["metrics"], variant: number) => of.flatMap(({ variants }) => variants[variant]?.effect?.call ?? []);
  const treatments = weights.map((_, variant) => variant).slice(1);
  if (treatments.every((variant) => callsOf(primary, variant).length === 0)) return { kind: "no_data" };
  if (isEarly) return { kind: "too_early" };
  if (kind === "aa") return evennessOf(metrics, treatments);
  const harmed = treatments.filter((variant) =>
    [...callsOf(primary, variant), ...callsOf(withRole("guardrail"), variant)].includes("worse"),
  );
  const winning = treatments.filter((variant) => !harmed.includes(variant) && callsOf(primary, variant).includes("better"));
  const gain = (variant: number): number => {
    const first = primary[0]?.variants[variant]?.effect?.estimate ?? 0;
    return asked.find(({ role }) => role === "primary")?.better === "down" ? -first : first;
  };
  const [best] = winning.toSorted((a, b) => gain(b) - gain(a) || a - b);
  if (best !== undefined) return { kind: "wins", variant: best };
  const [worst] = harmed.toSorted((a, b) => gain(a) - gain(b) || a - b);
  return worst === undefined ? { kind: "no_difference" } : { kind: "harms", variant: worst };
}

/** Of variants that are the same: which one differs in any metric all the same, the one that is surest first; or that none does. */
function evennessOf(metrics: ToldExperiment["metrics"], treatments: readonly number[]): Verdict {
  const doubtOf = (variant: number): number =>
    Math.min(
      Infinity,
      ...metrics.flatMap(({ variants }) => {
        const effect = variants[variant]?.effect ?? null;
        return effect === null || effect.call === "unclear" ? [] : (effect.pAdjusted ?? 0);
      }),
    );
  const [first] = treatments.filter((variant) => doubtOf(variant) < Infinity).toSorted((a, b) => doubtOf(a) - doubtOf(b) || a - b);
  return first === undefined ? { kind: "aa_even" } : { kind: "aa_off", variant: first };
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

import type { Arm } from "./arm.ts";
import { posteriorOf, type Posterior, type Prior } from "./bayesian.ts";
import { adjustedInterval, adjustedPs, type Correction } from "./corrections.ts";
import { type Difference, type Effect, type EffectRefusal, estimateEffect } from "./effect.ts";
import { fixedInterval, type Interval } from "./interval.ts";
import { checkSampleRatio, type SampleRatio } from "./sample-ratio.ts";
import { sequentialInterval } from "./sequential.ts";

/** What a metric is there for: to decide, to learn from, or to make sure that nothing breaks. */
export const METRIC_ROLES = ["primary", "secondary", "guardrail"] as const;
export type MetricRole = (typeof METRIC_ROLES)[number];

/** How effects are read: once at the planned end, at all times, or as what is to be believed after a prior. */
export type ReadingMethod =
  { readonly kind: "fixed" } | { readonly kind: "sequential"; readonly tuning?: number } | { readonly kind: "bayesian" };
export type AnalysedMetric = {
  readonly key: string;
  readonly role: MetricRole;
  readonly lowerIsBetter: boolean;
  readonly difference: Difference;
  /** What is believed of this metric before; flat unless said. */
  readonly prior?: Prior;
  /** One arm for each variant, control first; null where nobody counts. */
  readonly arms: readonly (Arm | null)[];
};
export type AnalysedExperiment = {
  /** Control first; `people`: those exposed, whether or not they count for a metric. */
  readonly variants: readonly { readonly key: string; readonly weight: number; readonly people: number }[];
  readonly metrics: readonly AnalysedMetric[];
  readonly method: ReadingMethod;
  readonly alpha: number;
  readonly correction: Correction;
  /** Whether the planned end is reached; what may be read at all times does not wait for it. */
  readonly finished: boolean;
};

export type Call = "better" | "worse" | "unclear";
/** One variant beside control. `adjusted` pays for the other metrics of its role and the other variants; null with a prior, which has `posterior` instead. */
export type Comparison =
  | {
      readonly kind: "estimated";
      readonly variant: string;
      readonly effect: Effect;
      readonly interval: Interval | null;
      readonly adjusted: Interval | null;
      readonly posterior: Posterior | null;
      readonly call: Call;
    }
  | { readonly kind: "refused"; readonly variant: string; readonly reason: EffectRefusal };
/**
 * What may be done with it. `blocked`: the arms were not filled as planned, so that no difference means anything. `waiting`: a method that may be read once is not
 * at its end. `decided`: winners are better in a primary metric, worse in none and break no guardrail; losers are worse in a primary metric; `harmed` lists guardrails that break.
 */
export type Verdict =
  | { readonly kind: "blocked" | "waiting" | "undecided" }
  | {
      readonly kind: "decided";
      readonly winners: readonly string[];
      readonly losers: readonly string[];
      readonly harmed: readonly { readonly variant: string; readonly metric: string }[];
    };
export type ExperimentAnalysis = {
  readonly sampleRatio: SampleRatio;
  readonly metrics: readonly { readonly key: string; readonly role: MetricRole; readonly comparisons: readonly Comparison[] }[];
  readonly verdict: Verdict;
};

/**
 * Reads an experiment from the sums of its arms. Each variant is compared with control. p-values are adjusted among all comparisons of primary metrics, and among
 * those of secondary ones; guardrails are not, since a correction would hide harm. A posterior pays for nothing: its prior does.
 */
export function analyseExperiment(experiment: AnalysedExperiment): ExperimentAnalysis {
  const sampleRatio = checkSampleRatio(experiment.variants.map(({ weight, people }) => ({ weight, units: people })));
  const told = experiment.metrics.map((metric) => ({ metric, comparisons: comparisonsOf(metric, experiment) }));
  const metrics = adjusted(told, experiment).map(({ metric: { key, role }, comparisons }) => ({ key, role, comparisons }));
  return { sampleRatio, metrics, verdict: verdictOf({ sampleRatio, metrics }, experiment) };
}

type Read = Omit<Extract<Comparison, { kind: "estimated" }>, "variant"> | { readonly kind: "refused"; readonly reason: EffectRefusal };
type Told = { readonly metric: AnalysedMetric; readonly comparisons: readonly Comparison[] };

function comparisonsOf(metric: AnalysedMetric, experiment: AnalysedExperiment): readonly Comparison[] {
  const [control = null, ...treatments] = metric.arms;
  return treatments.map((treatment, at): Comparison => {
    const variant = experiment.variants[at + 1]?.key ?? "";
    if (control === null || treatment === null) return { kind: "refused", variant, reason: "too_few_units" };
    const effect = estimateEffect(control, treatment, metric.difference);
    if (effect.kind === "refused") return { kind: "refused", variant, reason: effect.reason };
    return { ...readEffect(effect, metric, experiment), variant };
  });
}

function readEffect(effect: Effect, { prior, lowerIsBetter }: AnalysedMetric, { method, alpha }: AnalysedExperiment): Read {
  const estimated = { kind: "estimated" as const, effect, interval: null, adjusted: null, posterior: null };
  if (method.kind === "bayesian") {
    const posterior = posteriorOf(effect, { alpha, lowerIsBetter, ...(prior === undefined ? {} : { prior }) });
    if (posterior.kind === "refused") return { kind: "refused", reason: posterior.reason };
    const { kind: _, ...believed } = posterior;
    const chance = believed.chanceToWin;
    return { ...estimated, posterior: believed, call: chance > 1 - alpha ? "better" : chance < alpha ? "worse" : "unclear" };
  }
  const interval =
    method.kind === "fixed"
      ? fixedInterval(effect, { alpha })
      : sequentialInterval(effect, { alpha, ...(method.tuning === undefined ? {} : { tuning: method.tuning }) });
  return { ...estimated, interval, adjusted: interval, call: callOf(effect, { p: interval.p, alpha, lowerIsBetter }) };
}

function callOf(
  { estimate }: Effect,
  { p, alpha, lowerIsBetter }: { readonly p: number; readonly alpha: number; readonly lowerIsBetter: boolean },
): Call {
  if (p >= alpha || estimate === 0) return "unclear";
  return estimate > 0 === lowerIsBetter ? "worse" : "better";
}

function adjusted(told: readonly Told[], { alpha, correction }: AnalysedExperiment): readonly Told[] {
  const psOf = (role: MetricRole): readonly (number | null)[] =>
    adjustedPs(
      told
        .filter(({ metric }) => metric.role === role)
        .flatMap(({ comparisons }) => comparisons.map((each) => (each.kind === "estimated" ? (each.interval?.p ?? null) : null))),
      correction,
    );
  const left = { primary: [...psOf("primary")], secondary: [...psOf("secondary")] };
  return told.map(({ metric, comparisons }) => ({
    metric,
    comparisons: comparisons.map((each) => {
      const p = metric.role === "guardrail" ? null : (left[metric.role].shift() ?? null);
      if (each.kind === "refused" || each.interval === null || p === null || correction === "none") return each;
      const { estimate } = each.effect;
      const interval = { ...adjustedInterval({ estimate, ...each.interval }, { p, alpha }), p };
      return { ...each, adjusted: interval, call: callOf(each.effect, { p, alpha, lowerIsBetter: metric.lowerIsBetter }) };
    }),
  }));
}

function verdictOf(
  { sampleRatio, metrics }: Omit<ExperimentAnalysis, "verdict">,
  { method, finished, variants }: AnalysedExperiment,
): Verdict {
  if (sampleRatio.blocks || sampleRatio.unplanned > 0) return { kind: "blocked" };
  if (method.kind !== "sequential" && !finished) return { kind: "waiting" };
  const called = (role: MetricRole, call: Call): readonly { readonly variant: string; readonly metric: string }[] =>
    metrics
      .filter((metric) => metric.role === role)
      .flatMap(({ key, comparisons }) =>
        comparisons.flatMap((each) => (each.kind === "estimated" && each.call === call ? [{ variant: each.variant, metric: key }] : [])),
      );
  const [better, worse, harmed] = [called("primary", "better"), called("primary", "worse"), called("guardrail", "worse")];
  const keys = variants.map(({ key }) => key);
  const losers = keys.filter((key) => worse.some(({ variant }) => variant === key));
  const winners = keys.filter(
    (key) => better.some(({ variant }) => variant === key) && ![...worse, ...harmed].some(({ variant }) => variant === key),
  );
  return winners.length + losers.length + harmed.length === 0 ? { kind: "undecided" } : { kind: "decided", winners, losers, harmed };
}

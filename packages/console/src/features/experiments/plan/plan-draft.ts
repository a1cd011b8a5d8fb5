import { experimentPlanBody, type ExperimentPlanBody } from "@terrace/contract/api/experiment-plan";
import type { Condition, EventSelector } from "@terrace/domain/conditions/condition";
import type { ExperimentDraft } from "../experiment-draft.ts";

/** What the calculator is asked, as its form holds it: shares, levels and relative effects in percent, differences of shares in percentage points. */
export type PlanDraft = {
  readonly kind: ExperimentPlanBody["baseline"]["kind"];
  readonly share: number | null;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly difference: ExperimentPlanBody["difference"];
  readonly effect: number | null;
  readonly weights: readonly number[];
  readonly method: ExperimentPlanBody["method"];
  readonly level: number;
  readonly power: number;
  readonly comparisons: number;
  readonly correlation: number;
  readonly peoplePerDay: number | null;
  readonly traffic: number;
  readonly windowDays: number;
  readonly source: PlanSource;
};

/** What control does now is read from: a metric of whoever does something, among some people. */
export type PlanSource = {
  readonly metric: string | undefined;
  readonly winsorise: number | null;
  readonly meets: EventSelector;
  readonly people: Condition | undefined;
  /** null: what was before is not taken off. */
  readonly covariateDays: number | null;
};

/** What the form takes over. */
export type Planned = { readonly plannedDays: number; readonly plannedPeople?: number };

/** Weeks that are asked for; so many are shown at least, and two beyond the end. */
const WEEKS_ASKED = 26;
const WEEKS_SHOWN_MIN = 8;
const WEEKS_BEYOND = 2;
/** The longest an experiment can be planned to run. */
export const PLANNED_DAYS_MAX = 365;
/** For how many people one can be planned. */
export const PLANNED_PEOPLE = { least: 4, most: 1_000_000_000 } as const;

/** What the calculator begins with: two variants alike, nothing known of people yet. */
export const NEW_PLAN: PlanDraft = {
  kind: "proportion",
  share: null,
  mean: null,
  deviation: null,
  difference: "relative",
  effect: 10,
  weights: [1, 1],
  method: "sequential",
  level: 95,
  power: 80,
  comparisons: 1,
  correlation: 0,
  peoplePerDay: null,
  traffic: 100,
  windowDays: 0,
  source: { metric: undefined, winsorise: null, meets: { event: null }, people: undefined, covariateDays: 14 },
};

/** The calculator for an experiment that is being made: read as that will be, and paying for as many comparisons. */
export function planOf(experiment: ExperimentDraft): PlanDraft {
  const { variants, metrics, method, level, correction, difference, exposure, covariateDays, people } = experiment;
  const primary = metrics.find(({ role }) => role === "primary");
  const judged = metrics.filter(({ role }) => role !== "guardrail").length;
  const windows = metrics.flatMap(({ role, windowDays }) => (role === "primary" ? (windowDays ?? 0) : []));
  const isCorrected = correction !== "none" && method !== "bayesian";
  return {
    ...NEW_PLAN,
    difference,
    effect: difference === "relative" ? NEW_PLAN.effect : null,
    weights: variants.map(({ weight }) => weight),
    method,
    level: level * 100,
    windowDays: Math.max(0, ...windows),
    source: {
      ...NEW_PLAN.source,
      metric: primary?.metric,
      winsorise: primary?.winsorise ?? null,
      covariateDays,
      people: people ?? undefined,
      ...(exposure.kind === "event" ? { meets: exposure.event } : {}),
    },
    comparisons: isCorrected ? Math.max(1, judged * (variants.length - 1)) : 1,
  };
}

/** The question of a draft; undefined while something is missing or cannot be. */
export function planBodyOf(draft: PlanDraft): ExperimentPlanBody | undefined {
  const { effect, difference, peoplePerDay, weights, method, comparisons, correlation } = draft;
  const { data } = experimentPlanBody.safeParse({
    baseline: baselineOf(draft),
    effect: effect !== null && isInPercent(draft) ? effect / 100 : effect,
    difference,
    weights,
    method,
    // The form of an experiment takes the people over as the planned ones.
    tuned: method === "sequential",
    level: draft.level / 100,
    power: draft.power / 100,
    comparisons,
    correlation,
    peoplePerDay,
    traffic: draft.traffic / 100,
    windowDays: draft.windowDays,
    weeks: WEEKS_ASKED,
  });
  return data;
}

/** Whether the effect would bring a share to nobody or beyond everybody. */
export function goesBeyond({ kind, share, effect, difference }: PlanDraft): boolean {
  if (kind !== "proportion" || share === null || effect === null) return false;
  const changed = difference === "relative" ? share * (1 + effect / 100) : share + effect;
  return changed <= 0 || changed >= 100;
}

/** Whether effects are written in percent or in percentage points. */
export function isInPercent({ kind, difference }: Pick<PlanDraft, "kind" | "difference">): boolean {
  return difference === "relative" || kind === "proportion";
}

/** Whole weeks that hold so many days, in days: each day of the week counts alike. */
export function wholeWeeks(days: number): number {
  return Math.ceil(days / 7) * 7;
}

/** What an experiment is planned with: its days in whole weeks and, where it is tuned to its size, its people; undefined where it cannot run so long. */
export function plannedOf(
  { method }: Pick<PlanDraft, "method">,
  { people, days }: { readonly people: number | null; readonly days: number | null },
): Planned | undefined {
  if (people === null || days === null || wholeWeeks(days) > PLANNED_DAYS_MAX) return undefined;
  const { least, most } = PLANNED_PEOPLE;
  return {
    plannedDays: wholeWeeks(days),
    ...(method === "sequential" ? { plannedPeople: Math.min(most, Math.max(least, people)) } : {}),
  };
}

/** How many of the weeks are worth showing. */
export function weeksShown(days: number | null): number {
  return Math.min(WEEKS_ASKED, Math.max(WEEKS_SHOWN_MIN, days === null ? WEEKS_ASKED : Math.ceil(days / 7) + WEEKS_BEYOND));
}

function baselineOf({ kind, share, mean, deviation }: PlanDraft) {
  return kind === "proportion" ? { kind, share: share === null ? null : share / 100 } : { kind, mean, deviation };
}

import { experimentKeySchema, variantKeySchema } from "@terrace/contract/api/experiment-keys";
import type { ExperimentBody, ExperimentView } from "@terrace/contract/api/experiments";

type Definition = ExperimentView["definition"];
/** An experiment as the form holds it. */
export type ExperimentDraft = {
  readonly name: string;
  readonly key: string;
  readonly hypothesis: string;
  readonly variants: readonly Definition["variants"][number][];
  readonly metrics: readonly MetricDraft[];
} & Pick<
  Definition,
  | "kind"
  | "allocation"
  | "exposure"
  | "method"
  | "level"
  | "correction"
  | "difference"
  | "covariateDays"
  | "plannedDays"
  | "plannedPeople"
  | "conflicts"
  | "unfinished"
  | "people"
  | "prior"
>;
/** What parts of the form are given. */
export type PartProps = {
  readonly draft: ExperimentDraft;
  readonly edit: (change: Partial<ExperimentDraft>) => void;
  readonly isLocked: boolean;
};
export type MetricDraft = {
  readonly metric: string | undefined;
  readonly role: Definition["metrics"][number]["role"];
  readonly better: "up" | "down";
  readonly windowDays: number | null;
  /** Values above this quantile count as it; null: as they are. */
  readonly winsorise: number | null;
  /** Which quantile of people's values is told instead of their mean or share; null: that. */
  readonly quantile: number | null;
  /** What it measures where that is no metric of the catalogue as it stands there: kept as it was written over the API. */
  readonly own?: Definition["metrics"][number]["of"];
};

/** Values above this quantile count as it, where a metric is first winsorised here. */
export const WINSORISED = 0.99;

/** A line for another metric. */
export function newMetric(role: MetricDraft["role"]): MetricDraft {
  return { metric: undefined, role, better: "up", windowDays: 7, winsorise: null, quantile: null };
}

/** What a new experiment begins with. */
export function newExperiment(words: { readonly control: string; readonly treatment: string }): ExperimentDraft {
  return {
    name: "",
    key: "",
    hypothesis: "",
    kind: "ab",
    variants: [
      { key: "control", name: words.control, weight: 1 },
      { key: "treatment", name: words.treatment, weight: 1 },
    ],
    allocation: { kind: "fixed" },
    exposure: { kind: "assignment", moment: "seen" },
    metrics: [newMetric("primary")],
    method: "sequential",
    level: 0.95,
    correction: "holm",
    difference: "relative",
    covariateDays: 14,
    plannedDays: 14,
    plannedPeople: null,
    conflicts: "first",
    unfinished: "leave_out",
    people: null,
    prior: null,
  };
}

/** An experiment there is, to change. */
export function draftOf({ name, key, hypothesis, definition }: ExperimentView): ExperimentDraft {
  const { metrics, ...rest } = definition;
  return {
    ...rest,
    name,
    key,
    hypothesis,
    metrics: metrics.map(({ of, role, better, windowDays, winsorise, quantile = null }) => ({
      ...("metric" in of && of.parameters === undefined ? { metric: of.metric } : { metric: undefined, own: of }),
      role,
      better,
      windowDays,
      winsorise,
      quantile,
    })),
  };
}

/** The body of a draft; undefined while something is missing. */
export function bodyOf(draft: ExperimentDraft): ExperimentBody | undefined {
  const { name, key, hypothesis, metrics, ...definition } = draft;
  const asked = metrics.flatMap(askedOf);
  const isBandit = definition.allocation.kind === "bandit";
  if (asked.length < metrics.length || !isNamed(draft) || !isReadable(draft)) return undefined;
  return {
    name,
    key,
    hypothesis,
    definition: {
      ...definition,
      variants: [...definition.variants],
      metrics: asked,
      ...(isBandit ? OF_BANDITS : {}),
      prior: priorOf(definition),
    },
  };
}

function askedOf({ metric, own, quantile, ...judged }: MetricDraft): ExperimentBody["definition"]["metrics"] {
  const of = metric === undefined ? own : { metric };
  return of === undefined ? [] : [{ of, ...judged, ...(quantile === null ? {} : { quantile }) }];
}

/** What is believed before: it changes nothing in another reading, and must not come back with a later change of it. */
function priorOf({ method, allocation, prior }: Pick<ExperimentDraft, "method" | "allocation" | "prior">): ExperimentDraft["prior"] {
  return method === "bayesian" && allocation.kind !== "bandit" ? prior : null;
}

/** How many metrics judge it; shares follow one. */
export function primaries({ metrics }: Pick<ExperimentDraft, "metrics">): number {
  return metrics.filter(({ role }) => role === "primary").length;
}

/** A bandit can be read in no other way. */
const OF_BANDITS = { method: "sequential", conflicts: "first" } as const;

function isNamed({ name, key, variants }: ExperimentDraft): boolean {
  return (
    name.trim() !== "" &&
    experimentKeySchema.safeParse(key).success &&
    variants.every((variant) => variant.name.trim() !== "" && variantKeySchema.safeParse(variant.key).success)
  );
}

/** Whether what is read, and how, is said: a bandit follows one primary metric, and what is read once has its end. */
function isReadable(draft: ExperimentDraft): boolean {
  const judging = primaries(draft);
  if (!isExposureWhole(draft.exposure) || judging === 0) return false;
  return draft.allocation.kind === "bandit" ? judging === 1 : draft.method !== "frequentist" || draft.plannedDays !== null;
}

function isExposureWhole(exposure: Definition["exposure"]): boolean {
  return exposure.kind === "assignment" || (exposure.event.event !== null && exposure.property.trim() !== "");
}

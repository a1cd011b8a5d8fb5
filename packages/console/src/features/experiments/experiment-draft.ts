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
  readonly winsorise: boolean;
};

/** Values above this quantile count as it, where a metric is winsorised here. */
export const WINSORISED = 0.99;

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
    metrics: [{ metric: undefined, role: "primary", better: "up", windowDays: 7, winsorise: false }],
    method: "sequential",
    level: 0.95,
    correction: "holm",
    difference: "relative",
    covariateDays: 14,
    plannedDays: 14,
    plannedPeople: null,
    conflicts: "first",
  };
}

/** An experiment there is, to change; undefined where it holds more than the form can show: that is changed over the API. */
export function draftOf({ name, key, hypothesis, definition }: ExperimentView): ExperimentDraft | undefined {
  const {
    kind,
    variants,
    allocation,
    exposure,
    metrics,
    method,
    level,
    correction,
    difference,
    covariateDays,
    plannedDays,
    plannedPeople,
    conflicts,
  } = definition;
  const shown = metrics.flatMap(({ of, role, better, windowDays, winsorise, quantile }): MetricDraft[] =>
    "metric" in of && of.parameters === undefined && quantile === undefined && (winsorise === null || winsorise === WINSORISED)
      ? [{ metric: of.metric, role, better, windowDays, winsorise: winsorise !== null }]
      : [],
  );
  if (shown.length < metrics.length || definition.prior !== null) return undefined;
  return {
    name,
    key,
    hypothesis,
    kind,
    variants,
    allocation,
    exposure,
    metrics: shown,
    method,
    level,
    correction,
    difference,
    covariateDays,
    plannedDays,
    plannedPeople,
    conflicts,
  };
}

/** The body of a draft; undefined while something is missing. `kept`: what the form does not show stays as it is. */
export function bodyOf(draft: ExperimentDraft, kept?: Definition): ExperimentBody | undefined {
  const { name, key, hypothesis, metrics, ...definition } = draft;
  const asked = metrics.flatMap(({ metric, role, better, windowDays, winsorise }) =>
    metric === undefined ? [] : [{ of: { metric }, role, better, windowDays, winsorise: winsorise ? WINSORISED : null }],
  );
  const isWhole = asked.length === metrics.length && asked.some(({ role }) => role === "primary") && name.trim() !== "" && KEY.test(key);
  const named = definition.variants.every((variant) => variant.name.trim() !== "" && KEY.test(variant.key));
  const isBandit = definition.allocation.kind === "bandit";
  const fits = isBandit ? primaries(draft) === 1 : definition.method !== "frequentist" || definition.plannedDays !== null;
  if (!isWhole || !named || !fits) return undefined;
  return {
    name,
    key,
    hypothesis,
    definition: {
      ...definition,
      variants: [...definition.variants],
      metrics: asked,
      ...(isBandit ? OF_BANDITS : {}),
      ...(kept === undefined ? {} : notShown(kept)),
    },
  };
}

/** How many metrics judge it; shares follow one. */
export function primaries({ metrics }: Pick<ExperimentDraft, "metrics">): number {
  return metrics.filter(({ role }) => role === "primary").length;
}

/** A bandit can be read in no other way. */
const OF_BANDITS = { method: "sequential", conflicts: "first" } as const;

function notShown({ people, unfinished }: Definition) {
  return { people, unfinished };
}

const KEY = /^[A-Za-z0-9_.:-]{1,64}$/;

import type { ExperimentDefinition, ExperimentResults } from "@terrace/contract/api/experiments";
import { metricsOver } from "@terrace/domain/experiments/arms-of-moments";
import { tellGroups } from "@terrace/domain/experiments/tell-groups";
import { tellResults, type ReadingSettings, type ToldExperiment } from "@terrace/domain/experiments/tell-results";
import { createHash } from "node:crypto";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Answer, AskedBody } from "../insight/module.ts";
import type { BanditPeriodRow } from "./bandit/period.store.ts";
import type { ExperimentDay } from "./experiment-day.store.ts";

/** What an experiment asks, as the analysis takes it. */
export type Question = AskedBody<"experiment">;
export type Asked = {
  readonly key: string;
  readonly definition: ExperimentDefinition;
  readonly startedAt: Date | null;
  readonly stoppedAt: Date | null;
  /** Shares over time, of an experiment whose shares change; oldest first. */
  readonly periods: readonly BanditPeriodRow[];
};

export type Started = Asked & { readonly startedAt: Date };

/** The question of an experiment from its start up to an instant (now unless said), or up to its stop. What is read once ends with its planned end: later figures are another look. */
export function questionOf(
  { key, definition, startedAt, stoppedAt, periods }: Asked,
  { from, until, nowMs }: { readonly from: Date; readonly until?: Date; readonly nowMs: number },
): Question {
  const { exposure, variants, people, metrics, covariateDays, conflicts, unfinished } = definition;
  const endMs = Math.min((until ?? stoppedAt)?.getTime() ?? Infinity, readUntilMs({ definition, startedAt }));
  const to = until !== undefined || stoppedAt !== null || endMs <= nowMs ? new Date(endMs) : null;
  return {
    exposure: exposure.kind === "assignment" ? { kind: "assignment", key } : exposure,
    variants: variants.map((variant) => variant.key),
    from: (startedAt ?? from).toISOString(),
    ...(to === null ? {} : { to: to.toISOString() }),
    metrics: metrics.map(({ role: _role, better: _better, ...metric }) => metric),
    covariateDays,
    conflicts,
    unfinished,
    ...overPeriods(definition, periods),
    ...(people === null ? {} : { filters: { people } }),
  };
}

/** Where shares change, people are told by the period they came in; sums over periods leave no room for what was before. */
function overPeriods({ allocation }: ExperimentDefinition, periods: Asked["periods"]): Partial<Question> {
  return allocation.kind === "bandit" ? { covariateDays: null, periods: periods.slice(1).map(({ from }) => from.toISOString()) } : {};
}

/** What it asks day by day; `places` are those of its metrics in the definition. Throws `experiment.metric_unfit` where days can be told of none. */
export function noveltyQuestion(asked: Started, days: number, nowMs: number) {
  const {
    covariateDays: _before,
    unfinished: _waits,
    metrics,
    breakdown: _groups,
    ...question
  } = questionOf(asked, { from: asked.startedAt, nowMs });
  const told = metrics.flatMap(({ of, winsorise, quantile }, place) =>
    quantile === undefined ? [{ place, metric: { of, winsorise } }] : [],
  );
  if (told.length === 0)
    throw faultError("experiment.metric_unfit", {
      field: "definition.metrics",
      mend: "A quantile has no effect by day; add a guardrail that is a mean or a share",
    });
  return {
    question: { ...question, metrics: told.map(({ metric }) => ({ ...metric, winsorise: metric.winsorise ?? null })), days },
    places: told.map(({ place }) => place),
  };
}

/** What is asked of people who are in another experiment as well; conditions on people are those of both. */
export function pairQuestion(asked: Started, other: Started, nowMs: number): AskedBody<"experiment-pair"> {
  const { breakdown: _groups, ...question } = questionOf(asked, { from: asked.startedAt, nowMs });
  const { exposure, variants, from, to } = questionOf(other, { from: other.startedAt, nowMs });
  const people = [asked, other].flatMap(({ definition }) => definition.people ?? []);
  const [first, ...more] = people;
  return {
    ...question,
    ...(first === undefined ? {} : { filters: { people: more.length === 0 ? first : { all: people } } }),
    other: { exposure, variants, from, ...(to === undefined ? {} : { to }) },
  };
}

/** What tells the metrics of a definition apart, in their order. Conditions in them can name personal values, so it is not the metrics themselves. */
export function metricMarks({ metrics }: ExperimentDefinition): readonly string[] {
  return metrics.map(({ role: _role, better: _better, ...metric }) =>
    createHash("sha256").update(JSON.stringify(metric)).digest("hex").slice(0, 32),
  );
}

/**
 * How an experiment is read at an instant. One that is to be read once tells nothing before its planned end: not when it was stopped before that, and not when no end
 * was planned, because whoever chooses the end by the figures has looked at them more than once.
 */
export function settingsOf({ definition, startedAt, stoppedAt, periods }: Asked, atMs: number): ReadingSettings {
  const { kind, variants, allocation, metrics, method, level, correction, difference, prior, plannedPeople } = definition;
  return {
    kind,
    // Where shares change weights say nothing: planned people are taken to be shared out evenly.
    weights: variants.map(({ weight }) => (allocation.kind === "bandit" ? 1 : weight)),
    metrics: metrics.map(({ role, better, quantile }) => ({ role, better, quantile })),
    method,
    level,
    correction,
    difference,
    prior,
    plannedPeople,
    ...(periods.length === 0 ? {} : { periods: periods.map(({ parts }) => parts) }),
    isEarly: method === "frequentist" && Math.min(atMs, stoppedAt?.getTime() ?? Infinity) < readUntilMs({ definition, startedAt }),
  };
}

const DAY_MS = 86_400_000;

/** The planned end of what is read once; what may be looked at on any day has none. */
function readUntilMs({ definition: { method, plannedDays }, startedAt }: Pick<Asked, "definition" | "startedAt">): number {
  return method !== "frequentist" || startedAt === null || plannedDays === null ? Infinity : startedAt.getTime() + plannedDays * DAY_MS;
}

/** The results that an answer comes to. */
export function resultsOf(asked: Asked, question: Question, answer: Answer<"experiment">, nowMs: number): ExperimentResults {
  const settings = settingsOf(asked, nowMs);
  const { split, metrics, verdict } = tellResults(answer, settings);
  const { zone, currency, from, to, variants, unknownVariants, otherUnits, meta } = answer;
  return {
    question: JSON.parse(JSON.stringify(question)) as ExperimentResults["question"],
    zone,
    currency,
    from,
    to,
    variants,
    unknownVariants,
    otherUnits,
    split,
    metrics: answer.metrics.map(({ unit, statistic, caps }, at) => ({ unit, statistic, caps, variants: shownVariants(metrics[at]) })),
    verdict: "variant" in verdict ? { kind: verdict.kind, variant: variants[verdict.variant]?.variant ?? "" } : verdict,
    ...(answer.breakdown === undefined ? {} : groupsOf(variants, answer.breakdown, settings)),
    meta,
  };
}

/** The figures of a day that was kept, by the definition as it is now. */
export function dayOf(
  asked: Asked,
  kept: { readonly until: Date; readonly marks: readonly string[]; readonly answer: ExperimentDay["answer"] },
) {
  const marks = metricMarks(asked.definition);
  const settings = settingsOf(asked, kept.until.getTime());
  const metrics = metricsOver(kept.answer);
  const found = marks.map((mark) => metrics[kept.marks.indexOf(mark)]);
  const known = found.flatMap((metric, at) => {
    const asks = settings.metrics[at];
    return metric === undefined || asks === undefined ? [] : [{ metric, asks, at }];
  });
  const told = tellResults(
    { ...kept.answer, metrics: known.map(({ metric }) => metric) },
    { ...settings, metrics: known.map(({ asks }) => asks) },
  );
  return {
    split: told.split,
    metrics: marks.map((mark, at) => {
      const place = known.findIndex((each) => each.at === at);
      const unit = kept.answer.metrics[kept.marks.indexOf(mark)]?.unit;
      const statistic = known[place]?.metric.statistic;
      return unit === undefined || statistic === undefined ? null : { unit, statistic, variants: shownVariants(told.metrics[place]) };
    }),
  };
}

type Groups = NonNullable<Answer<"experiment">["breakdown"]>;

function groupsOf(
  whole: readonly { readonly people: number }[],
  groups: Groups,
  settings: ReadingSettings,
): Pick<ExperimentResults, "breakdown" | "interaction"> {
  const told = tellGroups(
    groups.map(({ figures }) => figures),
    settings,
  );
  // Whoever is in two groups makes them depend on each other. All groups together hold everyone, so nobody is in two where they add up.
  const isParted = whole.every(
    ({ people }, at) => groups.reduce((sum, { figures }) => sum + (figures.variants[at]?.people ?? 0), 0) === people,
  );
  const splits = groups.map(({ figures }) => tellResults({ ...figures, metrics: [] }, settings).split);
  // A variant that moves people between groups makes groups differ by who is in them.
  const isOff = splits.some(({ blocks }) => blocks);
  return {
    breakdown: groups.map(({ value, other, figures }, group) => ({
      value,
      other,
      variants: figures.variants,
      split: splits[group] ?? tellResults({ ...figures, metrics: [] }, settings).split,
      metrics: settings.metrics.map((_, at) => ({ variants: shownVariants(told.groups[group]?.[at]) })),
    })),
    interaction: told.interaction.map((variants) => ({ variants: isParted && !isOff ? [...variants] : variants.map(() => null) })),
  };
}

export function shownVariants(metric: ToldExperiment["metrics"][number] | undefined): ExperimentResults["metrics"][number]["variants"] {
  return (metric?.variants ?? []).map(({ effect, ...variant }) => ({ ...variant, effect: effect === null ? null : { ...effect } }));
}

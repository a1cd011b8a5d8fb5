import type { ExperimentResults } from "@terrace/contract/api/experiments";
import { metricsOver } from "@terrace/domain/experiments/arms-of-moments";
import { tellGroups } from "@terrace/domain/experiments/tell-groups";
import {
  sampleRatioOf,
  tellMetrics,
  tellResults,
  type ReadingSettings,
  type ToldExperiment,
} from "@terrace/domain/experiments/tell-results";
import type { Answer } from "../insight/module.ts";
import type { Asked } from "./asked.ts";
import type { ExperimentDay } from "./experiment-day.store.ts";
import { metricMarks, type Question } from "./question.ts";
import { settingsOf } from "./settings.ts";

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
export function keptDay(
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
  const told = tellMetrics(
    known.map(({ metric }) => metric),
    { ...settings, metrics: known.map(({ asks }) => asks) },
  );
  return {
    split: sampleRatioOf(kept.answer, settings),
    metrics: marks.map((mark, at) => {
      const place = known.findIndex((each) => each.at === at);
      const unit = kept.answer.metrics[kept.marks.indexOf(mark)]?.unit;
      const statistic = known[place]?.metric.statistic;
      return unit === undefined || statistic === undefined ? null : { unit, statistic, variants: shownVariants(told[place]) };
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
  const parts = groups.map((group) => ({ ...group, split: sampleRatioOf(group.figures, settings) }));
  // A variant that moves people between groups makes groups differ by who is in them.
  const isOff = parts.some(({ split }) => split.blocks);
  return {
    breakdown: parts.map(({ value, other, figures, split }, group) => ({
      value,
      other,
      variants: figures.variants,
      split,
      metrics: settings.metrics.map((_, at) => ({ variants: shownVariants(told.groups[group]?.[at]) })),
    })),
    interaction: told.interaction.map((variants) => ({ variants: isParted && !isOff ? [...variants] : variants.map(() => null) })),
  };
}

/** The variants of a metric as the API shows them. */
export function shownVariants(metric: ToldExperiment["metrics"][number] | undefined): ExperimentResults["metrics"][number]["variants"] {
  return (metric?.variants ?? []).map(({ effect, ...variant }) => ({ ...variant, effect: effect === null ? null : { ...effect } }));
}

import { adjustedPs } from "../statistics/corrections.ts";
import { interactionOf } from "../statistics/interaction.ts";
import { sequentialChiSquare } from "../statistics/sequential.ts";
import { metricsOver, type ReadMetric, type ReadPeriod } from "./arms-of-moments.ts";
import { estimatedEffect, tellMetrics, tuningOf, type ReadingSettings, type ToldExperiment } from "./tell-results.ts";

/** Whether an effect is another one in other groups. */
export const INTERACTION_CALLS = ["differs", "unclear"] as const;
export type ToldInteraction = {
  readonly p: number;
  readonly pAdjusted: number;
  readonly degrees: number;
  readonly heterogeneity: number;
  /** Groups with too few people to be compared. */
  readonly leftOut: number;
  readonly call: (typeof INTERACTION_CALLS)[number];
};
/** Errors of the effects of fewer people in a variant are guesses, and means of them are far from normal: such groups are told, but not compared. */
export const GROUP_PEOPLE_MIN = 30;

/** The metrics of an experiment among some of its people. */
export type ReadGroup = { readonly metrics: readonly ReadMetric[]; readonly periods?: readonly ReadPeriod[] | undefined };
export type ToldGroups = {
  /** The metrics of each group. */
  readonly groups: readonly ToldExperiment["metrics"][];
  /** Of each metric, of each variant; null of the first variant and where fewer than two groups have an effect. */
  readonly interaction: readonly (readonly (ToldInteraction | null)[])[];
};

/**
 * What the groups of a breakdown say. Every group is one more thing that is looked at: all of their metrics pay for the correction together, by Holm where none was
 * chosen. `interaction` asks whether a variant's effect differs between groups by more than chance (Cochran's Q by Welch's test), by a p that holds on any day unless the experiment is read once; it supposes that nobody is in two of them.
 */
export function tellGroups(groups: readonly ReadGroup[], settings: ReadingSettings): ToldGroups {
  const paying = { ...settings, correction: settings.correction === "none" ? ("holm" as const) : settings.correction };
  const together = tellMetrics(groups.flatMap(metricsOver), { ...paying, metrics: groups.flatMap(() => settings.metrics) });
  const width = settings.metrics.length;
  return {
    groups: groups.map((_, group) => together.slice(group * width, (group + 1) * width)),
    interaction: tellInteraction(groups, paying),
  };
}

type Draft = Pick<ToldInteraction, "p" | "degrees" | "heterogeneity" | "leftOut">;

/** Guardrails pay for nothing, and nobody pays for them, as with their effects. */
function tellInteraction(groups: readonly ReadGroup[], settings: ReadingSettings): ToldGroups["interaction"] {
  const drafts = settings.metrics.map((_, at) =>
    settings.weights.map((_, variant) => (variant === 0 ? null : testOf(groups, { at, variant }, settings))),
  );
  const paying = drafts.map((variants, at) => (settings.metrics[at]?.role === "guardrail" ? variants.map(() => null) : variants));
  const adjusted = adjustedPs(
    paying.flat().map((draft) => draft?.p ?? null),
    settings.correction,
  );
  const width = settings.weights.length;
  return drafts.map((variants, at) =>
    variants.map((draft, variant): ToldInteraction | null => {
      if (draft === null) return null;
      const pAdjusted = adjusted[at * width + variant] ?? draft.p;
      return { ...draft, pAdjusted, call: !settings.isEarly && pAdjusted < 1 - settings.level ? "differs" : "unclear" };
    }),
  );
}

function testOf(
  groups: readonly ReadGroup[],
  { at, variant }: { readonly at: number; readonly variant: number },
  settings: ReadingSettings,
): Draft | null {
  const { metrics, method, level, difference } = settings;
  const told = groups.flatMap((group) => {
    const metric = metricsOver(group)[at];
    if (metric === undefined || !metric.known) return [];
    const effect = estimatedEffect(metric, variant, { quantile: metrics[at]?.quantile, difference, parts: settings.periods ?? [] });
    const people = Math.min(...[0, variant].map((place) => metric.variants[place]?.n ?? 0));
    return effect.kind === "refused" ? [] : [{ ...effect, isSmall: people < GROUP_PEOPLE_MIN }];
  });
  const effects = told.filter(({ isSmall }) => !isSmall);
  const found = interactionOf(effects);
  if (found === null) return null;
  const { chiSquare, degrees, heterogeneity } = found;
  const n = effects.reduce((sum, effect) => sum + effect.n, 0);
  return {
    p:
      method === "frequentist"
        ? found.p
        : sequentialChiSquare({ q: chiSquare, degrees, n }, { alpha: 1 - level, tuning: tuningOf(settings, variant) }),
    degrees,
    heterogeneity,
    leftOut: told.length - effects.length,
  };
}

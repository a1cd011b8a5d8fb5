import { queryExperimentNovelty } from "@terrace/contract/api/insight-experiment-novelty";
import { isTest } from "@terrace/domain/experiments/unit-metric";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import { analysis } from "../analysis.ts";
import { haveCome, planExperiment, type PlannedMetric } from "./experiment-plan.ts";
import { readNovelty, type ReadDays, type Summed } from "./novelty.views.ts";
import type { Asking } from "../time/asking.ts";
import type { z } from "zod";

type Answered = z.input<typeof queryExperimentNovelty.response>["metrics"][number];

/** What people of each variant did on each day since their exposure; see docs/decisions/0045-effects-by-day-and-together.md. */
export const experimentNovelty = analysis({
  kind: "experiment-novelty",
  route: queryExperimentNovelty,
  answer: async (asking, body) => {
    const { days, ...question } = body;
    const plan = await planExperiment(asking, {
      ...question,
      metrics: question.metrics.map((metric) => ({ ...metric, windowDays: null })),
      covariateDays: null,
      unfinished: "count",
    });
    const read = await readNovelty(asking, plan, days);
    const metrics: Answered[] = [];
    for (const [at, metric] of plan.metrics.entries())
      metrics.push(
        await answered(
          asking,
          metric,
          read.flatMap((ofVariant) => ofVariant[at] ?? []),
        ),
      );
    return { from: isoInstant(plan.fromMs), to: isoInstant(plan.toMs), days, metrics };
  },
});

async function answered(asking: Asking, metric: PlannedMetric, variants: readonly ReadDays[]): Promise<Answered> {
  const isSilent = variants.every(({ days }) => days.every(({ sums }) => sums.every((sum) => sum === 0)));
  return {
    unit: metric.bound.unit,
    statistic: metric.unit.statistic,
    known: !isSilent || (await haveCome(asking, metric)),
    yesOrNo: metric.values.map(isTest),
    caps: metric.values.map((_, index) => variants.map(({ caps }) => caps[index] ?? null).find((cap) => cap !== null) ?? null),
    variants: variants.map(({ days, trend }) => ({ days: days.map(told), trend: trend === null ? null : told(trend) })),
  };
}

function told({ n, sums, products }: Summed) {
  return { n, sums: [...sums], products: products.map((row) => [...row]) };
}

import { queryExperimentPair } from "@terrace/contract/api/insight-experiment-pair";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { analysis } from "../analysis.ts";
import { answeredMetric } from "./experiment.analysis.ts";
import { planPair } from "./experiment-plan.ts";
import { readExperiment } from "./experiment.views.ts";

type Answered = z.input<typeof queryExperimentPair.response>["metrics"][number];

/** What people in two experiments at once did; see docs/decisions/0045-effects-by-day-and-together.md. */
export const experimentPair = analysis({
  kind: "experiment-pair",
  route: queryExperimentPair,
  answer: async (asking, body) => {
    const plan = await planPair(asking, body);
    const [own, other] = plan.both;
    const read = await readExperiment(asking, plan);
    const placeOf = (variant: number, within: number): number => variant * other.variants.length + within;
    const metrics: Answered[] = [];
    for (const [at, metric] of plan.metrics.entries()) {
      const { variants, ...told } = await answeredMetric(asking, plan, { metric, at, read });
      const within = other.variants.map((_, second) => own.variants.flatMap((__, first) => variants[placeOf(first, second)] ?? []));
      metrics.push({ ...told, within });
    }
    return {
      from: isoInstant(Math.max(own.fromMs, other.fromMs)),
      to: isoInstant(plan.toMs),
      variants: own.variants.map((variant, first) => ({
        variant,
        people: other.variants.map((_, second) => read.find((each) => each.variant === placeOf(first, second))?.people ?? 0),
      })),
      metrics,
    };
  },
});

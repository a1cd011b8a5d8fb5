import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { analysisRoute } from "./insight-analysis.ts";
import { EXPERIMENT_METRICS_MAX, experimentMetricSchema, experimentQuerySchema, momentsSchema } from "./insight-experiment.ts";

/** Days since exposure that are told one by one. */
export const NOVELTY_DAYS_MAX = 28;

const { filters, exposure, variants, from, to, conflicts } = experimentQuerySchema.shape;
const { of, winsorise } = experimentMetricSchema.shape;

/** What people of each variant did on each day since their exposure, as sums over people. */
export const queryExperimentNovelty = analysisRoute({
  id: "queryExperimentNovelty",
  kind: "experiment-novelty",
  summary: "What people of each variant did on each day since their exposure, as sums over people",
  body: z.strictObject({
    filters,
    exposure,
    variants,
    from,
    to,
    conflicts,
    metrics: z.array(z.strictObject({ of, winsorise })).min(1).max(EXPERIMENT_METRICS_MAX),
    days: z.number().int().min(2).max(NOVELTY_DAYS_MAX).describe("How many times 24 hours from the exposure"),
  }),
  response: z.object({
    from: z.string(),
    to: z.string(),
    days: z.number().int().describe("As asked for"),
    metrics: z.array(
      z.object({
        unit: z.enum(METRIC_UNITS),
        statistic: z.enum(UNIT_STATISTICS),
        known: z.boolean().describe("false: its events have never come"),
        yesOrNo: z.array(z.boolean()).describe("Of each value of a person whether it is 1 or 0"),
        caps: z
          .array(z.number().nullable())
          .describe("What higher values of a day count as, for each of the values; null: they count as they are"),
        variants: z.array(
          z.object({
            days: z.array(momentsSchema.omit({ waiting: true, quantile: true })).describe("Of people whose day is over"),
            trend: z
              .object({
                n: z.number().int(),
                sums: z.array(z.number()).length(2),
                products: z.array(z.array(z.number())).length(2),
              })
              .nullable()
              .describe(
                "Of people who had all of the days: each one's slope (of their values by the day, least squares) and mean, summed up as values are. null: of a quotient",
              ),
          }),
        ),
      }),
    ),
  }),
});

export const experimentNoveltyRoutes = [queryExperimentNovelty];

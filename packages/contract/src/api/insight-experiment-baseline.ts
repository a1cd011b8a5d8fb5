import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { analysisRoute } from "./insight-analysis.ts";
import { experimentMetricSchema, experimentQuerySchema } from "./insight-experiment.ts";
import { selectorSchema } from "./insight-parts.ts";

/** Days of newcomers that a baseline is of, unless said otherwise, and at most. */
export const BASELINE_DAYS = 28;
export const BASELINE_DAYS_MAX = 90;
export const UNTOLD_OF_BASELINE = ["unknown_metric", "too_few_people", "no_variance"] as const;

const { filters, covariateDays } = experimentQuerySchema.shape;
const { of, windowDays, winsorise } = experimentMetricSchema.shape;

/** What the people who would be in an experiment do without it. */
export const queryExperimentBaseline = analysisRoute({
  id: "queryExperimentBaseline",
  kind: "experiment-baseline",
  summary: "What an experiment can be planned with: who would come into it each day, and what a metric is of them without it",
  body: z.strictObject({
    filters,
    meets: selectorSchema.describe("Whoever does this for the first time in the days comes into it then"),
    metric: z.strictObject({ of, windowDays, winsorise }),
    covariateDays: covariateDays.describe("CUPED: what people did in so many times 24 hours before is compared with; null: not"),
    days: z
      .number()
      .int()
      .min(7)
      .max(BASELINE_DAYS_MAX)
      .default(BASELINE_DAYS)
      .describe("Whole local days in which people come into it; the window of the metric follows them and ends before today"),
  }),
  response: z.object({
    from: z.string(),
    to: z.string().describe("The beginning of today: what people do counts before it"),
    days: z.number().int(),
    people: z.number().int().describe("Who came into it and whose window is over"),
    peoplePerDay: z.number(),
    unit: z.enum(METRIC_UNITS),
    statistic: z.enum(UNIT_STATISTICS),
    baseline: z
      .discriminatedUnion("kind", [
        z.object({ kind: z.literal("proportion"), share: z.number() }),
        z.object({ kind: z.literal("mean"), mean: z.number(), deviation: z.number() }),
      ])
      .nullable()
      .describe("As `POST …/experiments/plan` takes it; money in minor units. null: see `untold`"),
    correlation: z.number().describe("Of what a person did before and after; 0 where nothing was, or is not asked for"),
    untold: z
      .enum(UNTOLD_OF_BASELINE)
      .nullable()
      .describe("Its events have never come; fewer than two people came; all of them have the same value"),
  }),
});

export const experimentBaselineRoutes = [queryExperimentBaseline];

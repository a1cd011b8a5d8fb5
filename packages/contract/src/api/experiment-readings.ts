import { TREND_CALLS } from "@terrace/domain/experiments/novelty-trend";
import { UNTOLD_OF_DAY } from "@terrace/domain/experiments/tell-novelty";
import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { route } from "../route.ts";
import { answerMetaSchema, answerQuerySchema } from "./insight-analysis.ts";
import { experimentParams, EXPERIMENTS, interactionSchema, splitSchema, toldMetricSchema } from "./experiments.ts";
import { NOVELTY_DAYS_MAX } from "./insight-experiment-novelty.ts";

const figure = z.number().nullable();
const toldOf = { unit: z.enum(METRIC_UNITS), statistic: z.enum(UNIT_STATISTICS) };

const noveltyDaySchema = z.object({
  day: z.number().int().describe("0: the first 24 hours from the exposure"),
  n: z.number().int().describe("People whose day is over"),
  value: figure.describe("The metric, of what people did on that day alone"),
  effect: z
    .object({ estimate: z.number(), low: figure, high: figure })
    .nullable()
    .describe("Against the first variant; the intervals of all days of a metric in a variant hold together"),
  untold: z.enum(UNTOLD_OF_DAY).nullable(),
});
const trendSchema = z.object({
  n: z.number().int().describe("People of both variants who had all of the days"),
  slope: z
    .number()
    .describe(
      "By how much the effect changes a day, in the scale of the effect; relative: of treatment over control, 0 where both rise or fall in proportion",
    ),
  low: figure,
  high: figure,
  p: z.number(),
  pAdjusted: z
    .number()
    .describe(
      "After the correction, for all metrics and variants of this answer; guardrails pay for nothing. It holds for one choice of days",
    ),
  call: z
    .enum(TREND_CALLS)
    .describe(
      "By pAdjusted and by the first and the last day. fades: the effect goes towards 0; grows: away from it; reverses: it began on one side of 0 and ended on the other; unclear: none of these can be told",
    ),
});

export const experimentNovelty = route({
  id: "experimentNovelty",
  tag: "Experiments",
  summary: "The effect by day since exposure, and whether it fades",
  method: "POST",
  path: `${EXPERIMENTS}/:experiment/novelty`,
  access: "events:read",
  params: experimentParams,
  query: answerQuerySchema,
  body: z.strictObject({
    days: z
      .number()
      .int()
      .min(2)
      .max(NOVELTY_DAYS_MAX)
      .default(7)
      .describe("How many times 24 hours from the exposure; whether the effect fades is told by people who had all of them"),
  }),
  response: z.object({
    from: z.string(),
    to: z.string(),
    days: z.number().int().describe("As asked for"),
    metrics: z
      .array(
        z
          .object({
            ...toldOf,
            variants: z.array(
              z.object({
                days: z.array(noveltyDaySchema),
                trend: trendSchema
                  .nullable()
                  .describe(
                    "null: of the first variant, of a quotient, of too few people, or where nobody differs (relative: all acted on one day only)",
                  ),
              }),
            ),
          })
          .nullable(),
      )
      .describe(
        "In the order of the definition; null: a quantile, which days do not add up to. What people did before (CUPED) is not taken off",
      ),
    meta: answerMetaSchema,
  }),
});
export type ExperimentNovelty = z.output<typeof experimentNovelty.response>;

export const experimentInteraction = route({
  id: "experimentInteraction",
  tag: "Experiments",
  summary: "The effect of an experiment within each variant of another one that runs with it, and whether they change each other's effect",
  method: "POST",
  path: `${EXPERIMENTS}/:experiment/interaction`,
  access: "events:read",
  params: experimentParams,
  query: answerQuerySchema,
  body: z.strictObject({ with: z.string().max(20).describe("The id of the other experiment") }),
  response: z.object({
    from: z.string().describe("The start of whichever started last"),
    to: z.string().describe("The end of whichever ended first"),
    others: z.array(z.string()).describe("Variants of the other experiment; what is told within them stands in this order"),
    variants: z
      .array(z.object({ variant: z.string(), people: z.array(z.number().int()) }))
      .describe("People in both, by both of their variants"),
    independence: splitSchema
      .omit({ unplanned: true })
      .describe(
        "Whether people in both have the variants of both by their weights and independently of each other: blocks where they have not: one changes who gets into the other, or its own split is off, and whether effects differ is not told",
      ),
    metrics: z
      .array(
        z.object({
          ...toldOf,
          variants: z.array(
            z.object({
              within: toldMetricSchema.shape.variants.describe(
                "The effect among people of each variant of the other one; the correction pays for all together",
              ),
              interaction: interactionSchema.nullable(),
            }),
          ),
        }),
      )
      .describe("In the order of the definition"),
    meta: answerMetaSchema,
  }),
});
export type ExperimentInteraction = z.output<typeof experimentInteraction.response>;

export const exportExperimentResults = route({
  id: "exportExperimentResults",
  tag: "Experiments",
  summary: "Results of an experiment as CSV: as of now or its stop, at the end of each local day, and of groups",
  method: "GET",
  path: `${EXPERIMENTS}/:experiment/results.csv`,
  access: "events:read",
  params: experimentParams,
  query: z.object({
    language: z.enum(["zh-CN", "en"]).default("zh-CN").describe("Of the columns' names"),
    trait: z.string().min(1).max(255).optional().describe("With groups by this trait"),
  }),
  response: z.string().describe("text/csv: a row for each part, metric and variant; money is in minor units"),
});

export const experimentReadingRoutes = [experimentNovelty, experimentInteraction, exportExperimentResults];

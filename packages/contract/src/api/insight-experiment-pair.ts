import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { analysisRoute } from "./insight-analysis.ts";
import { experimentQuerySchema, momentsSchema } from "./insight-experiment.ts";

const { exposure, variants, from, to } = experimentQuerySchema.shape;

/** What people did who were exposed to two experiments, as sums over people. */
export const queryExperimentPair = analysisRoute({
  id: "queryExperimentPair",
  kind: "experiment-pair",
  summary: "What people in two experiments at once did, by the variants of both, as sums over people",
  body: experimentQuerySchema.omit({ breakdown: true }).extend({
    other: z.strictObject({ exposure, variants, from, to }).describe("The other experiment"),
  }),
  response: z.object({
    from: z.string().describe("The start of whichever started last"),
    to: z.string().describe("The end of whichever ended first"),
    variants: z
      .array(z.object({ variant: z.string(), people: z.array(z.number().int()) }))
      .describe("People in both, by both of their variants"),
    metrics: z.array(
      z.object({
        unit: z.enum(METRIC_UNITS),
        statistic: z.enum(UNIT_STATISTICS),
        known: z.boolean().describe("false: its events have never come"),
        yesOrNo: z.array(z.boolean()).describe("Of each value of a person whether it is 1 or 0"),
        caps: z.array(z.number().nullable()).describe("What higher values count as, for each of the values; null: they count as they are"),
        within: z.array(z.array(momentsSchema)).describe("Of each variant of the other experiment, in each variant of this one"),
      }),
    ),
  }),
});

export const experimentPairRoutes = [queryExperimentPair];

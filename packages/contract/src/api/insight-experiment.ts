import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { personConditionSchema } from "./insight-conditions.ts";
import { variantKeySchema } from "./experiment-keys.ts";
import { selectorSchema } from "./insight-parts.ts";
import { askedMetricSchema } from "./metric-parts.ts";

/** Variants and metrics of one question, and the days of a time after exposure. */
export const VARIANTS_MAX = 20;
export const EXPERIMENT_METRICS_MAX = 20;
export const WINDOW_DAYS_MAX = 90;
/** Times in which shares stayed as they were: six weeks of hours. */
export const PERIODS_MAX = 1_000;

const days = z.number().int().min(1).max(WINDOW_DAYS_MAX);
const namedVariant = variantKeySchema.describe("Key of a variant, as exposures name it");

export const exposureSourceSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("assignment"), key: z.string().min(1).max(100) })
      .describe("What is logged when a variant is given: `$exposure`, `Experiment Viewed` and `$feature_flag_called` of this key"),
    z
      .strictObject({ kind: z.literal("event"), event: selectorSchema, property: z.string().min(1).max(255) })
      .describe("An event of one's own; the property names the variant"),
  ])
  .describe("What is read as an exposure");

/** A metric as it is told of each person after their exposure. */
export const experimentMetricSchema = z
  .strictObject({
    of: askedMetricSchema,
    windowDays: days
      .nullable()
      .default(null)
      .describe("What people do in so many times 24 hours from their exposure; null: up to the end of the experiment"),
    winsorise: z
      .number()
      .min(0.5)
      .max(0.9999)
      .nullable()
      .default(null)
      .describe("Values above this quantile of all values that are not 0 count as the quantile: 0.99 cuts the highest 1 %"),
    quantile: z.number().min(0.01).max(0.99).optional().describe("The quantile of the people's values is told instead of their mean"),
  })
  .describe("A metric and how it is told of each person");

export const experimentQuerySchema = z.strictObject({
  filters: z.strictObject({ people: personConditionSchema.optional() }).optional().describe("Whose exposures are looked at"),
  exposure: exposureSourceSchema,
  variants: z.array(namedVariant).min(2).max(VARIANTS_MAX).describe("The first is what the others are compared with"),
  from: z.iso.datetime({ offset: true }).describe("When the experiment was started"),
  to: z.iso.datetime({ offset: true }).optional().describe("When it was stopped; up to now without it"),
  metrics: z.array(experimentMetricSchema).min(1).max(EXPERIMENT_METRICS_MAX),
  covariateDays: days.nullable().default(null).describe("What people did in so many times 24 hours before is told beside (CUPED)"),
  conflicts: z
    .enum(["first", "leave_out"])
    .default("first")
    .describe("People who saw several variants: count for the first, or not at all"),
  unfinished: z
    .enum(["leave_out", "count"])
    .default("leave_out")
    .describe("People whose window is not over yet: they wait and count later, or count by what they did so far"),
  periods: z
    .array(z.iso.datetime({ offset: true }))
    .max(PERIODS_MAX)
    .optional()
    .describe("When another period begins, rising: people are told by the period of their exposure too. For shares that changed"),
  breakdown: groupsQuery.breakdown,
});

export const momentsSchema = z.object({
  n: z.number().int().describe("People who count"),
  waiting: z.number().int().describe("People whose window is not over yet"),
  sums: z
    .array(z.number())
    .describe("Of each person's value (of a quotient: both parts), then, with covariateDays, of the same before: added up over people"),
  products: z.array(z.array(z.number())).describe("The same of products of two of them: of each with itself and with those behind it"),
  quantile: z
    .object({ value: z.number().nullable(), lower: z.number().nullable(), upper: z.number().nullable() })
    .optional()
    .describe("Of a quantile: it, and the quantiles at the ends of its normal interval of 95 %"),
});

const experimentFigures = z.object({
  zone: z.string(),
  currency: z.string(),
  from: z.string(),
  to: z.string().describe("Exposures and what follows them count before it"),
  variants: z.array(z.object({ variant: z.string(), people: z.number().int(), conflicts: z.number().int() })),
  unknownVariants: z.number().int().describe("People whose exposures all name variants that there are not"),
  otherUnits: z
    .number()
    .int()
    .describe("People who were only exposed with a group or a session (`unit`): they are not independent, and count in no variant"),
  metrics: z
    .array(
      z.object({
        unit: z.enum(METRIC_UNITS),
        statistic: z.enum(UNIT_STATISTICS),
        known: z.boolean().describe("false: its events have never come"),
        yesOrNo: z.array(z.boolean()).describe("Of each value of a person whether it is 1 or 0"),
        caps: z.array(z.number().nullable()).describe("What higher values count as, for each of the values; null: they count as they are"),
        variants: z.array(momentsSchema),
      }),
    )
    .describe("One for each asked for, in that order. Money is in minor units"),
  periods: z
    .array(
      z.object({
        variants: z.array(z.object({ people: z.number().int() })),
        metrics: z.array(z.object({ variants: z.array(momentsSchema) })),
      }),
    )
    .optional()
    .describe("The same of whoever was first exposed in each period, with `periods`: the first begins with the experiment"),
});

export const queryExperiment = analysisRoute({
  id: "queryExperiment",
  kind: "experiment",
  summary: "What people of each variant did after their exposure, as sums over people",
  body: experimentQuerySchema,
  response: experimentFigures.extend({ breakdown: groupsShown(experimentFigures).breakdown }),
});

export const listExperimentPeople = peopleBehindRoute({
  id: "listExperimentPeople",
  kind: "experiment",
  summary: "People of a variant",
  body: experimentQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      variant: namedVariant,
      conflicts: z.boolean().default(false).describe("Only those who saw several variants"),
      converted: z
        .number()
        .int()
        .min(0)
        .max(EXPERIMENT_METRICS_MAX)
        .optional()
        .describe("Only those with a value that is not 0, of the metric with this number from 0"),
    }),
  }),
});

export const experimentAnalysisRoutes = [queryExperiment, listExperimentPeople];

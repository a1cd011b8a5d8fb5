import { METRIC_DIRECTIONS, METRIC_GROUPS, METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { FORMULA_LENGTH_MAX } from "@terrace/domain/insight/trends/formula";
import { SERIES_MAX } from "@terrace/domain/insight/trends/trends-plan";
import { z } from "zod";
import { selectorSchema } from "./insight-parts.ts";
import { measureSchema } from "./insight-trends.ts";

export const metricIdSchema = z.string().min(1).max(60).describe("Of the catalogue, or own-<number>");

/** Events of a metric, narrowed by a condition on the event. */
export const metricEventsSchema = z.array(selectorSchema).min(1).max(20);
export const parameterValuesSchema = z
  .record(z.string().max(40), z.union([z.number().int(), z.string().max(255), metricEventsSchema]))
  .describe("Choices by the names of the metric's parameters");

/** How an own metric is made. */
export const metricDefinitionSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("copy"),
      basedOn: z.strictObject({ id: metricIdSchema, version: z.number().int().min(1) }),
      parameters: parameterValuesSchema,
    })
    .describe("A metric of the catalogue with other choices"),
  z.strictObject({ kind: z.literal("measure"), events: metricEventsSchema, measure: measureSchema }),
  z.strictObject({ kind: z.literal("ratio"), of: metricIdSchema, per: metricIdSchema }),
  z.strictObject({
    kind: z.literal("formula"),
    formula: z.string().min(1).max(FORMULA_LENGTH_MAX).describe("Over the metrics by their letters, such as A / B * 100"),
    metrics: z.array(metricIdSchema).min(1).max(SERIES_MAX),
  }),
]);
export type MetricDefinitionBody = z.output<typeof metricDefinitionSchema>;

const words = z.object({ zh: z.string(), en: z.string() });

export const metricSchema = z.object({
  id: metricIdSchema,
  own: z.boolean().describe("Made in this workspace"),
  version: z.number().int(),
  group: z.enum(METRIC_GROUPS).nullable().describe("null: own"),
  name: words,
  formula: words.describe("In words"),
  unit: z.enum(METRIC_UNITS),
  better: z.enum(METRIC_DIRECTIONS),
  parameters: z.array(
    z.object({
      name: z.string(),
      label: words,
      kind: z.enum(["events", "number", "property"]),
      value: z
        .union([z.number(), z.string(), metricEventsSchema])
        .describe("What stands: chosen in a copy, the workspace's, or the catalogue's"),
      chosen: z.boolean().describe("By whoever made the copy"),
      min: z.number().optional(),
      max: z.number().optional(),
    }),
  ),
  definition: metricDefinitionSchema.nullable().describe("null: of the catalogue"),
  description: z.string(),
  changedBy: z.string().nullable(),
  changedAt: z.string().nullable(),
  archivedAt: z.string().nullable(),
});
export type MetricView = z.output<typeof metricSchema>;

/** A metric that is asked for: of the catalogue or own by its id, or one that is not stored. */
export const askedMetricSchema = z.union([
  z.strictObject({ metric: metricIdSchema, parameters: parameterValuesSchema.optional() }),
  z
    .strictObject({ definition: metricDefinitionSchema, unit: z.enum(METRIC_UNITS) })
    .describe("One that is not stored: what a form is about to save"),
]);

/** What is told over time where anything can be: a measure of events, or a metric. */
export const seriesSchema = z
  .union([z.strictObject({ event: selectorSchema, measure: measureSchema }), ...askedMetricSchema.options])
  .describe("A measure of events, or a metric of the catalogue or of one's own");
/** The unit in which a series is told. */
export const seriesUnitSchema = z
  .enum(METRIC_UNITS)
  .nullable()
  .describe("Of a metric; null: a measure of events. Shares are parts of 1, money is in minor units");

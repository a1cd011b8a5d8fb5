import { ATTRIBUTION_MODELS, TOUCH_PARTS } from "@terrace/domain/insight/attribution/attribution-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsShown, ofGroup, peopleGroupsQuery } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { count, eventsUsedSchema, minor, touchBySchema, touchesSchema } from "./insight-money-parts.ts";
import { periodSchema, selectorSchema, weekStartSchema } from "./insight-parts.ts";
import { periodShown, spanSchema } from "./insight-sequence-parts.ts";

const hundredths = z.number().int().min(0).max(100);
export const attributionQuerySchema = z.strictObject({
  ...filtersQuery,
  ...peopleGroupsQuery,
  period: periodSchema.describe("When conversions have to be; the touches before them may lie before it"),
  weekStart: weekStartSchema,
  conversions: z.array(selectorSchema).min(1).max(5).optional().describe("Without it what counts as an order in the workspace"),
  value: z
    .union([z.enum(["count", "amount"]), z.strictObject({ property: z.string().min(1).max(255) })])
    .default("amount")
    .describe(
      "What is credited besides the conversion itself: its amount (`revenue`, else `total`) or a number it has, in smallest units of the currency",
    ),
  by: touchBySchema.default([{ column: "channel" }]),
  touches: touchesSchema,
  lookback: spanSchema.default({ value: 30, unit: "day" }).describe("Touches count from so long before the conversion, both ends included"),
  pauseMinutes: z
    .number()
    .int()
    .min(0)
    .max(1_440)
    .default(30)
    .describe("A touch that follows one of the same value within less than this is the same one going on"),
  models: z.array(z.enum(ATTRIBUTION_MODELS)).min(1).max(ATTRIBUTION_MODELS.length).default(["last"]).describe("Side by side"),
  halfLife: spanSchema.default({ value: 7, unit: "day" }).describe("Of time_decay"),
  position: z
    .strictObject({ first: hundredths, last: hundredths })
    .default({ first: 40, last: 40 })
    .describe("Hundredths of the first and the last touch; those between share the rest"),
  direct: z
    .array(z.string().max(255))
    .max(20)
    .default(["direct"])
    .describe("Values that last_non_direct passes over when there is another"),
});

const credits = z
  .array(z.object({ conversions: z.number().describe("A whole number of millionths"), valueMinor: minor }))
  .describe("One per model, in the order asked for; over all rows they add up to the total exactly");
const figures = {
  conversions: count.describe("In whose way the value is"),
  direct: count.describe("Whose last touch it is"),
  assisted: count.describe("In whose way it is without being the last touch"),
  people: count,
  credits,
};
const totals = z.object({
  conversions: count,
  people: count,
  valueMinor: minor,
  untouched: count.describe("Conversions without any touch in the time looked back over"),
});

const attributionFigures = z.object({
  ...periodShown,
  currency: z.string(),
  basis: z.object({ conversions: eventsUsedSchema }),
  models: z.array(z.enum(ATTRIBUTION_MODELS)),
  total: totals,
  previousTotal: totals.optional(),
  rows: z.array(
    z.object({
      value: z.string().nullable().describe("null: conversions without a touch"),
      ...figures,
      previous: z.object(figures).nullable().optional().describe("null: nothing in the period before"),
    }),
  ),
  other: z.object({ values: count, credits }).describe("Values that are not told one by one"),
});

export const queryAttribution = analysisRoute({
  id: "queryAttribution",
  kind: "attribution",
  summary: "Attribution: which touches led to conversions, and what each is credited with",
  body: attributionQuerySchema.extend({
    top: z.number().int().min(1).max(500).default(50),
    compare: z.boolean().default(false).describe("Adds the period before"),
  }),
  response: attributionFigures.extend(groupsShown(attributionFigures)),
});
export const listAttributionPeople = peopleBehindRoute({
  id: "listAttributionPeople",
  kind: "attribution",
  summary: "The people behind the conversions of a touch",
  body: attributionQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      value: z.string().nullable().describe("null: conversions without a touch"),
      part: z.enum(TOUCH_PARTS).default("any").describe("any: in the way at all; direct: the last touch; assisted: in the way, not last"),
    }),
  }),
});
export const attributionRoutes = [queryAttribution, listAttributionPeople] as const;

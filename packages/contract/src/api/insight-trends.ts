import { FORMULA_LENGTH_MAX } from "@terrace/domain/insight/trends/formula";
import { BREAKDOWN_VALUES_MAX, COUNT_MEASURES, PROPERTY_MEASURES, SERIES_MAX } from "@terrace/domain/insight/trends/trends-plan";
import { INTERVALS_MAX } from "@terrace/domain/insight/time/intervals";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { breakdownBySchema, groupsQuery, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, periodSchema, selectorSchema, weekStartSchema } from "./insight-parts.ts";

const property = z.string().min(1).max(255).describe("Dots lead into objects");
/** What is measured of the events of a series. */
export const measureSchema = z.union([
  z.strictObject({ kind: z.enum(COUNT_MEASURES) }),
  z.strictObject({ kind: z.enum(PROPERTY_MEASURES), property }),
  z.strictObject({ kind: z.literal("percentile"), property, percentile: z.number().min(0.1).max(99.9) }),
]);

export const trendsQuerySchema = z.strictObject({
  ...filtersQuery,
  period: periodSchema,
  interval: intervalSchema.default("day"),
  weekStart: weekStartSchema,
  series: z
    .array(z.strictObject({ event: selectorSchema, measure: measureSchema }))
    .min(1)
    .max(SERIES_MAX),
  formula: z
    .string()
    .max(FORMULA_LENGTH_MAX)
    .optional()
    .describe("Over the series by their letters, such as `A / B * 100`; answered as a line of its own"),
  breakdown: z
    .strictObject({
      by: breakdownBySchema,
      top: z.number().int().min(1).max(BREAKDOWN_VALUES_MAX).default(10),
    })
    .optional()
    .describe(
      "The values most frequent among the events of series A (those of people: that most of them have), the rest as one. An event with a list counts under each of its elements",
    ),
  movingAverage: z.number().int().min(2).max(100).optional().describe("Intervals to take the mean of"),
  cumulative: z.boolean().default(false).describe("Each point of everything up to it; people count where they first appear"),
  compareWith: groupsQuery.compareWith,
  compare: z.boolean().default(false).describe("Adds the previous period"),
});

const figure = z.number().nullable();
const lineSchema = z.object({
  points: z.array(figure),
  total: figure.describe("Of the whole period; people do not add up over intervals"),
});

const trendsFigures = z.object({
  zone: z.string(),
  intervals: z.array(intervalLabelSchema),
  previousIntervals: z.array(intervalLabelSchema).optional(),
  lines: z.array(
    lineSchema.extend({
      series: z.number().int().nullable().describe("Counted from 0; null is the formula"),
      value: z.string().nullable().optional().describe("Of the breakdown; null: events without a value that can be shown"),
      other: z.boolean().describe("All values that are not shown, as one"),
      movingAverage: z.array(figure).optional(),
      previous: lineSchema.optional(),
      change: figure.optional().describe("Of the total against the previous period, as a share"),
    }),
  ),
});

export const queryTrends = analysisRoute({
  id: "queryTrends",
  summary: "Trends: figures of events over time",
  kind: "trends",
  body: trendsQuerySchema,
  response: trendsFigures.extend({ comparison: trendsFigures.optional() }),
});
export const listTrendPeople = peopleBehindRoute({
  id: "listTrendPeople",
  summary: "People behind a point of a trend",
  kind: "trends",
  body: trendsQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      series: z.number().int().min(0).max(SERIES_MAX),
      interval: z.number().int().min(0).max(INTERVALS_MAX).optional().describe("Counted from 0; without it the whole period"),
      previous: z.boolean().default(false).describe("Of the previous period"),
      value: z.string().max(2_000).nullable().optional().describe("Of the breakdown"),
      other: z.boolean().default(false),
    }),
  }),
});

export const trendsRoutes = [queryTrends, listTrendPeople];

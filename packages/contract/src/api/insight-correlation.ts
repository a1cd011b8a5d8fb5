import { INTERVALS_MAX } from "@terrace/domain/insight/time/intervals";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsShown, ofGroup, peopleGroupsQuery } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema } from "./insight-parts.ts";
import { figure, periodQuery, periodShown } from "./insight-sequence-parts.ts";
import { personMeasureSchema } from "./insight-statistics.ts";
import { seriesSchema, seriesUnitSchema } from "./metric-parts.ts";

const count = z.number().int();
export const CORRELATED_MAX = 8;
const place = z
  .number()
  .int()
  .min(0)
  .max(CORRELATED_MAX - 1)
  .describe("Of the measures, counted from 0");

const overIntervals = {
  over: z.literal("intervals"),
  ...periodQuery,
  ...filtersQuery,
  ...peopleGroupsQuery,
  interval: intervalSchema.default("day"),
  measures: z.array(seriesSchema).min(2).max(CORRELATED_MAX),
  changes: z
    .boolean()
    .default(false)
    .describe(
      "Compares how each changed from interval to interval: two series that both grow are alike in their levels whatever they have to do with each other",
    ),
};
const overPeople = {
  over: z.literal("people"),
  ...periodQuery,
  ...filtersQuery,
  ...peopleGroupsQuery,
  measures: z.array(personMeasureSchema).min(2).max(CORRELATED_MAX),
  sample: z.number().int().min(0).max(1_000).default(300).describe("People shown as points"),
};
export const correlationQuerySchema = z
  .discriminatedUnion("over", [z.strictObject(overIntervals), z.strictObject(overPeople)])
  .describe(
    "intervals: series side by side, in the intervals that are over; people: numbers of each person who did anything in the period (who did nothing of what a measure counts has 0 there; a missing trait leaves the person out of its pairs)",
  );

const coefficientSchema = z.object({
  coefficient: figure.describe("From −1 to 1; null where a measure never changes"),
  p: figure.describe("How likely so much by chance alone, two-sided, by Student's t"),
  q: figure.describe("p adjusted for all the pairs looked at (Benjamini–Hochberg)"),
  low: figure.describe("Fisher's 95 % interval"),
  high: figure,
});

const correlationFigures = z.object({
  ...periodShown,
  pairs: z.array(
    z.object({
      a: count,
      b: count,
      n: count.describe("Intervals, or people, with both"),
      pearson: coefficientSchema,
      spearman: coefficientSchema,
    }),
  ),
  measures: z.array(z.object({ n: count, mean: figure, sd: figure, unit: seriesUnitSchema.optional() })),
  intervals: z.array(intervalLabelSchema).optional().describe("Of the points, over intervals"),
  points: z.array(z.array(figure)).describe("Of each interval, or of some people, the number of each measure"),
});

export const queryCorrelation = analysisRoute({
  id: "queryCorrelation",
  kind: "correlation",
  summary: "Correlation of measures over time, or over people, with p-values and a sample of points",
  body: correlationQuerySchema,
  response: correlationFigures.extend(groupsShown(correlationFigures)),
});

const range = z.strictObject({ measure: place, from: figure.default(null), to: figure.default(null).describe("Included") });
export const listCorrelationPeople = peopleBehindRoute({
  id: "listCorrelationPeople",
  kind: "correlation",
  summary: "People behind a point over time, or whose numbers lie in ranges",
  body: z.discriminatedUnion("over", [
    z.strictObject({
      ...overIntervals,
      ...ofGroup,
      cell: z.strictObject({
        measure: place,
        interval: z.number().int().min(0).max(INTERVALS_MAX).describe("Of the points, counted from 0"),
      }),
    }),
    z.strictObject({ ...overPeople, ...ofGroup, cell: z.strictObject({ ranges: z.array(range).min(1).max(CORRELATED_MAX) }) }),
  ]),
});

export const correlationRoutes = [queryCorrelation, listCorrelationPeople];

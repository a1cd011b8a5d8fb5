import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { selectorSchema } from "./insight-parts.ts";
import { figure, periodQuery, periodShown } from "./insight-sequence-parts.ts";

const count = z.number().int();
const name = z.string().min(1).max(255);

/** A number that each person has. */
export const personMeasureSchema = z
  .union([
    z.strictObject({
      event: selectorSchema,
      measure: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("count") }),
        z.strictObject({ kind: z.literal("days") }),
        z.strictObject({ kind: z.literal("sum"), property: name }),
      ]),
    }),
    z.strictObject({ trait: name.describe("Dots lead into objects") }),
  ])
  .describe(
    "What they did in the period (how often, on how many local days, the sum of a property), or the number they have at a trait now",
  );

export const statisticsQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  ...periodQuery,
  of: z
    .union([z.strictObject({ event: selectorSchema, property: name.describe("Dots lead into objects") }), personMeasureSchema])
    .describe("The number at a property of each event, or one number of each person; who did nothing of the kind is not in it"),
});

const statisticsFigures = z.object({
  ...periodShown,
  unit: z.enum(["events", "people"]).describe("What n counts"),
  n: count.describe("Events, or people, with a number"),
  without: count.nullable().describe("Events without a number at the property; null of people"),
  sum: z.number(),
  mean: figure,
  sd: figure.describe("Of a sample: divided by n − 1"),
  skew: figure.describe("Adjusted Fisher–Pearson, as SKEW of spreadsheets"),
  min: figure,
  max: figure,
  percentiles: z.array(z.object({ percentile: z.number(), value: figure })).describe("Between the two nearest (type 7, PERCENTILE.INC)"),
  whole: z.boolean().describe("All numbers are whole"),
  median: figure,
  q1: figure,
  q3: figure,
  histogram: z
    .array(z.object({ from: z.number(), to: z.number().nullable().describe("Not included; null: open"), n: count, share: figure }))
    .describe("Of one round width over the middle nine tenths; the first and the last hold what is beyond"),
});

export const queryStatistics = analysisRoute({
  id: "queryStatistics",
  kind: "statistics",
  summary: "Descriptive statistics: mean, median, deviation, percentiles and histogram of a number",
  body: statisticsQuerySchema,
  response: statisticsFigures.extend(groupsShown(statisticsFigures)),
});

export const listStatisticsPeople = peopleBehindRoute({
  id: "listStatisticsPeople",
  kind: "statistics",
  summary: "People whose number, or one of whose events' numbers, lies in a range",
  body: statisticsQuerySchema.extend({
    group: ofGroup.of,
    cell: z.strictObject({ from: z.number().nullable().default(null), to: z.number().nullable().default(null).describe("Not included") }),
  }),
});

export const statisticsRoutes = [queryStatistics, listStatisticsPeople];

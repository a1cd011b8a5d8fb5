import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { selectorSchema } from "./insight-parts.ts";
import { figure, periodQuery, periodShown } from "./insight-sequence-parts.ts";

const count = z.number().int();
export const distributionQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  ...periodQuery,
  event: selectorSchema,
  measure: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("count") }),
      z.strictObject({ kind: z.literal("days") }),
      z.strictObject({ kind: z.literal("sum"), property: z.string().min(1).max(255) }),
    ])
    .default({ kind: "count" })
    .describe("count: how often; days: on how many local days; sum: of a property, to six decimals"),
});

const distributionFigures = z.object({
  ...periodShown,
  people: count,
  total: z.number(),
  average: figure,
  median: figure,
  below: count.describe("People below the first bracket"),
  brackets: z.array(z.object({ from: z.number(), to: z.number().nullable(), people: count, share: figure })),
});

export const getDistribution = analysisRoute({
  id: "getDistribution",
  summary: "Distribution: people by how often they did something, or by the sum of a property",
  kind: "distribution",
  body: distributionQuerySchema.extend({
    brackets: z
      .array(z.number().min(-1e15).max(1e15))
      .min(1)
      .max(100)
      .optional()
      .describe("Beginnings, rising; the last is open; default: what suits"),
  }),
  response: distributionFigures.extend(groupsShown(distributionFigures)),
});

export const listDistributionPeople = peopleBehindRoute({
  id: "listDistributionPeople",
  summary: "The people in a bracket of a distribution",
  kind: "distribution",
  body: distributionQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({ from: z.number().nullable().default(null), to: z.number().nullable().default(null).describe("Not included") }),
  }),
});

export const distributionRoutes = [getDistribution, listDistributionPeople] as const;

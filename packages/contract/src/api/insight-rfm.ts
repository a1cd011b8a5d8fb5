import { RFM_GROUPS } from "@terrace/domain/insight/rfm/rfm-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsShown, ofGroup, peopleGroupsQuery } from "./insight-breakdown.ts";
import { filtersQuery, personConditionSchema } from "./insight-conditions.ts";
import { tradeBasis, tradeQuery } from "./insight-money-parts.ts";

const count = z.number().int();
const date = z.string().max(10).describe("A local date; what is before it counts");
const score = z.number().int().min(1).max(10);
const limits = z.array(z.number().min(0).max(1e12)).min(1).max(9);
const groupOrNone = z.enum([...RFM_GROUPS, "none"]);

export const rfmThresholdsSchema = z
  .strictObject({ recencyDays: limits, frequency: limits, monetary: limits })
  .optional()
  .describe("Own limits instead of equal parts, rising: most days of a score, fewest orders, least money in major units");

const rfmQuerySchema = z.strictObject({
  ...filtersQuery,
  breakdown: peopleGroupsQuery.breakdown,
  compareWith: z
    .strictObject({ people: personConditionSchema })
    .optional()
    .describe("The same figures for other people (instead of filters.people)"),
  at: date,
  lookbackDays: z.number().int().min(1).max(3_660).default(365),
  ...tradeQuery,
  scores: z.number().int().min(2).max(10).default(5).describe("Equal parts of people; equal values have the same score"),
  thresholds: rfmThresholdsSchema,
});
const people = { people: count, orders: count, monetaryMinor: count };

const rfmFigures = z.object({
  currency: z.string(),
  basis: z.object(tradeBasis),
  ...people,
  scores: z.object({ recency: count, frequency: count, monetary: count }),
  grid: z.array(z.object({ recency: score, frequency: score, monetary: score, ...people })),
  groups: z.array(z.object({ group: z.enum(RFM_GROUPS), name: z.object({ zh: z.string(), en: z.string() }), ...people })),
  migration: z
    .array(z.object({ from: groupOrNone, to: groupOrNone, people: count }))
    .optional()
    .describe("From the group at `compareTo` to the group at `at`; none: no order counted then"),
});

export const getRfm = analysisRoute({
  id: "getRfm",
  summary: "RFM: people by how recently, how often and for how much they bought; with a second date, who moved where",
  kind: "rfm",
  body: rfmQuerySchema.extend({ compareTo: date.optional().describe("An earlier or later date: adds who went from which group to which") }),
  response: rfmFigures.extend(groupsShown(rfmFigures)),
});

export const listRfmPeople = peopleBehindRoute({
  id: "listRfmPeople",
  summary: "The people of a cell of RFM",
  kind: "rfm",
  body: rfmQuerySchema.extend({
    ...ofGroup,
    compareTo: date.optional(),
    cell: z.union([
      z.strictObject({ recency: score.optional(), frequency: score.optional(), monetary: score.optional() }),
      z.strictObject({ group: z.enum(RFM_GROUPS) }),
      z.strictObject({ from: groupOrNone, to: groupOrNone }).describe("Of the migration"),
    ]),
  }),
});

export const rfmRoutes = [getRfm, listRfmPeople] as const;

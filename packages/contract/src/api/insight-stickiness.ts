import { STICKINESS_INTERVALS_MAX } from "@terrace/domain/insight/stickiness/stickiness";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, periodSchema, selectorSchema, weekStartSchema } from "./insight-parts.ts";

export const stickinessQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  period: periodSchema.describe("Told in whole intervals"),
  interval: intervalSchema.default("day"),
  weekStart: weekStartSchema,
  event: selectorSchema.describe("What counts as being active"),
});

const stickinessFigures = z.object({
  zone: z.string(),
  intervals: z.array(intervalLabelSchema),
  people: z.number().int(),
  mean: z.number().nullable().describe("Active intervals of the average person"),
  rows: z
    .array(
      z.object({
        activeIntervals: z.number().int(),
        people: z.number().int().describe("Active in exactly so many"),
        share: z.number(),
        atLeast: z.number().int().describe("Active in so many or more"),
        atLeastShare: z.number(),
      }),
    )
    .describe("From 1 to the number of intervals"),
});

export const queryStickiness = analysisRoute({
  id: "queryStickiness",
  summary: "Stickiness: in how many intervals of a period people were active",
  kind: "stickiness",
  body: stickinessQuerySchema,
  response: stickinessFigures.extend(groupsShown(stickinessFigures)),
});
export const listStickinessPeople = peopleBehindRoute({
  id: "listStickinessPeople",
  summary: "People active in so many intervals of a period",
  kind: "stickiness",
  body: stickinessQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      activeIntervals: z.number().int().min(1).max(STICKINESS_INTERVALS_MAX),
      atLeast: z.boolean().default(false).describe("In so many or more, instead of exactly"),
    }),
  }),
});

export const stickinessRoutes = [queryStickiness, listStickinessPeople];

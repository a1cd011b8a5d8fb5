import { BRACKETS_MAX, RETENTION_INTERVALS_MAX, RETENTION_KINDS, RETENTION_MODES } from "@terrace/domain/insight/retention/retention-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsQuery, groupsShown, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, periodSchema, selectorSchema, weekStartSchema } from "./insight-parts.ts";

const distance = z.number().int().min(1).max(RETENTION_INTERVALS_MAX);

export const retentionQuerySchema = z.strictObject({
  ...filtersQuery,
  ...groupsQuery,
  period: periodSchema.describe("When people have to start; told in whole intervals"),
  interval: intervalSchema.default("day"),
  weekStart: weekStartSchema,
  start: selectorSchema,
  return: selectorSchema,
  kind: z
    .enum(RETENTION_KINDS)
    .default("first_time")
    .describe("A cohort holds those whose first such event ever lies in its interval (first_time), or all who have one in it (recurring)"),
  mode: z
    .enum(RETENTION_MODES)
    .default("exact")
    .describe("Came back in exactly interval N, in N or any later one looked at, or within a bracket"),
  brackets: z
    .array(z.strictObject({ first: distance, last: distance }))
    .max(BRACKETS_MAX)
    .optional()
    .describe("Distances from the start, both ends counting; with mode brackets"),
  follow: distance
    .optional()
    .describe("So many intervals each cohort is followed, also beyond the period; without it up to the period's end"),
  relativeTo: z.enum(["start", "previous"]).default("start").describe("What shares are of: the cohort, or the column before"),
  value: z
    .strictObject({ property: z.string().min(1).max(255) })
    .optional()
    .describe("Adds up this property of the return events"),
});

const share = z.number().nullable();
export const retentionSchema = z.object({
  zone: z.string(),
  kind: z.enum(RETENTION_KINDS),
  mode: z.enum(RETENTION_MODES),
  columns: z
    .array(z.object({ first: z.number().int(), last: z.number().int().nullable().describe("null: without end") }))
    .describe("Distances; the first column is the start itself"),
  cohorts: z.array(
    intervalLabelSchema.extend({
      size: z.number().int(),
      cells: z
        .array(
          z.object({
            people: z.number().int(),
            share,
            complete: z.boolean().describe("False while the cell may still grow because its intervals are not over"),
            value: z.number().optional(),
            valueShare: share.optional(),
          }),
        )
        .describe("One per column that the cohort has"),
    }),
  ),
  mean: z.array(share).describe("Per column: of all who had the time to come back, those who did"),
  meanValue: z.array(share).optional(),
});

export const queryRetention = analysisRoute({
  id: "queryRetention",
  summary: "Retention: who came back how long after they started",
  kind: "retention",
  body: retentionQuerySchema,
  response: retentionSchema.extend(groupsShown(retentionSchema)),
});
export const listRetentionPeople = peopleBehindRoute({
  id: "listRetentionPeople",
  summary: "People behind a cell of retention",
  kind: "retention",
  body: retentionQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      cohort: z.number().int().min(0).max(RETENTION_INTERVALS_MAX),
      column: z.number().int().min(0).max(RETENTION_INTERVALS_MAX),
      returned: z.boolean().default(true).describe("false: those of the cohort who did not come back"),
    }),
  }),
});

export const retentionRoutes = [queryRetention, listRetentionPeople];

import { COHORT_STARTS, LTV_INTERVALS_MAX, LTV_UNITS } from "@terrace/domain/insight/ltv/ltv-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { count, minor, quotient, registrationSchema, touchBySchema, touchesSchema, tradeQuery } from "./insight-money-parts.ts";
import { intervalLabelSchema, periodSchema, weekStartSchema } from "./insight-parts.ts";

export const ltvQuerySchema = z.strictObject({
  ...filtersQuery,
  period: periodSchema.describe("When people have to start; told in whole intervals"),
  weekStart: weekStartSchema,
  interval: z.enum(LTV_UNITS).default("month").describe("Length of a cohort and of an age"),
  cohortBy: z.enum(COHORT_STARTS).default("first_order").describe("What puts a person into a cohort: the first of it ever"),
  registration: registrationSchema,
  ...tradeQuery,
  follow: z
    .number()
    .int()
    .min(1)
    .max(LTV_INTERVALS_MAX)
    .optional()
    .describe("So many intervals each cohort is followed, also beyond the period; without it up to the period's end"),
  breakdown: z
    .strictObject({ by: touchBySchema, touches: touchesSchema, top: z.number().int().min(1).max(50).default(10) })
    .optional()
    .describe("By what a person's first touch says; the values with most people, all others as one"),
});

const cell = z.object({
  netMinor: minor.describe("What all of the cohort brought by this age"),
  perHead: quotient,
  payers: count.describe("Of how many an order was counted by this age"),
  complete: z.boolean().describe("False while the age is not over: the cell may still grow"),
});
const group = z.object({
  value: z.string().nullable().optional().describe("Of the breakdown; null: no touch"),
  other: z.boolean().describe("All values that are not told one by one"),
  size: count,
  cohorts: z.array(
    intervalLabelSchema.extend({
      size: count,
      grossMinor: minor,
      refundsMinor: minor.describe("Not above 0"),
      incentivesMinor: minor.describe("What was given to make people buy; 0 until such effects are booked"),
      cells: z.array(cell).describe("By age: 0 is the cohort's own interval"),
      costMinor: minor
        .nullable()
        .describe("What was spent in the interval, from imported figures and Channel Exposure; null: nothing known"),
      paybackAge: count.nullable().describe("The age by which net revenue reached the cost; null: it has not"),
    }),
  ),
  mean: z.array(z.object({ netMinor: minor, people: count, perHead: quotient })).describe("By age, over the cohorts for which it is over"),
});

export const queryLtv = analysisRoute({
  id: "queryLtv",
  kind: "ltv",
  summary: "LTV: net revenue per head of a cohort by age, with what was spent on it",
  body: ltvQuerySchema,
  response: z.object({ zone: z.string(), currency: z.string(), ages: count, groups: z.array(group) }),
});
export const listLtvPeople = peopleBehindRoute({
  id: "listLtvPeople",
  kind: "ltv",
  summary: "The people of a cohort of LTV",
  body: ltvQuerySchema.extend({
    cell: z.strictObject({
      cohort: z.number().int().min(0).max(LTV_INTERVALS_MAX),
      paidBy: z.number().int().min(0).max(LTV_INTERVALS_MAX).optional().describe("Only those of whom an order was counted by this age"),
      value: z.string().nullable().optional().describe("Of the breakdown"),
      other: z.boolean().default(false),
    }),
  }),
});
export const ltvRoutes = [queryLtv, listLtvPeople] as const;

import { LTV_METHODS, LTV_UNTOLD } from "@terrace/domain/insight/ltv/predict-ltv";
import { COHORT_STARTS, LTV_INTERVALS_MAX, LTV_UNITS } from "@terrace/domain/insight/ltv/ltv-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { breakdownBySchema, groupsQuery, ofGroup } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import {
  count,
  eventsUsedSchema,
  minor,
  quotient,
  registrationSchema,
  touchBySchema,
  touchesSchema,
  tradeBasis,
  tradeQuery,
} from "./insight-money-parts.ts";
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
  predict: z
    .strictObject({
      horizon: z
        .number()
        .int()
        .min(2)
        .max(LTV_INTERVALS_MAX)
        .optional()
        .describe("Intervals from the beginning of the cohort's own; without it 12 months, 52 weeks, 4 quarters or 90 days"),
      level: z.number().min(0.5).max(0.99).default(0.9).describe("The probability with which what comes is to lie between low and high"),
    })
    .optional()
    .describe("Tells what a head of each cohort is expected to bring by the end of the horizon, learned from older cohorts"),
  breakdown: z
    .strictObject({
      by: z
        .union([touchBySchema, breakdownBySchema])
        .describe(
          "A list of fields: of a person's first touch. A property or column: of the event that put them into their cohort. Else what is told of them",
        ),
      touches: touchesSchema,
      top: z.number().int().min(1).max(50).default(10),
    })
    .optional()
    .describe("The values with most people, all others as one; whoever has several values counts in each"),
  compareWith: groupsQuery.compareWith,
});

const cell = z.object({
  netMinor: minor.describe("What all of the cohort brought by this age"),
  perHead: quotient,
  payers: count.describe("Of how many an order was counted by this age"),
  complete: z.boolean().describe("False while the age is not over: the cell may still grow"),
});
const why = z
  .enum(LTV_UNTOLD)
  .describe(
    "too_few_cohorts: fewer than two older ones have come so far; too_few_tests: the method could not be tested often enough; no_age_over: nobody, or the cohort's own interval is not over",
  );
const expected = z.object({
  perHead: z.number().describe("Expected net revenue per head by the end of the horizon, in minor units"),
  low: z.number(),
  high: z.number(),
  isKnown: z.boolean().describe("The cohort has come so far: this is what it brought"),
  course: z.array(z.number()).describe("By each age from the first that is not over on"),
});
const prediction = z.object({
  horizon: count.describe("Intervals, the cohort's own among them"),
  level: z.number(),
  why: why.nullable().describe("Null: something is told"),
  method: z
    .enum(LTV_METHODS)
    .nullable()
    .describe(
      "chain_ladder: a cohort grows by the factors of older ones; additive: as much comes on top per head. The one that was off less in the back-test",
    ),
  backTest: z
    .object({
      tests: count.describe("Cohorts asked for from earlier moments, knowing only what was over then, of which the answer is known by now"),
      cohorts: count,
      error: quotient.describe("All that was off ÷ all that came"),
      bias: quotient.describe("Told − came, as a share of all that came"),
      coverage: z.number().describe("Which share of what came lay between low and high, as the tests of other cohorts make them"),
    })
    .nullable(),
  expected: z
    .object({ perHead: z.number(), low: z.number(), high: z.number(), people: count })
    .nullable()
    .describe("Of all cohorts of which something is told, by their people"),
});
const group = z.object({
  value: z.string().nullable().optional().describe("Of the breakdown; null: none; of segments the id"),
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
        .describe(
          "What was spent in the interval, from imported figures and Channel Exposure; null: nothing known, or of people told apart by no touch",
        ),
      predicted: z
        .union([expected, z.object({ why })])
        .optional()
        .describe("With `predict`"),
      paybackAge: count.nullable().describe("The age by which net revenue reached the cost; null: it has not"),
    }),
  ),
  prediction: prediction.optional().describe("With `predict`"),
  mean: z.array(z.object({ netMinor: minor, people: count, perHead: quotient })).describe("By age, over the cohorts for which it is over"),
});

const ltvFigures = z.object({
  zone: z.string(),
  currency: z.string(),
  ages: count,
  basis: z.object({ ...tradeBasis, registration: eventsUsedSchema }),
  groups: z.array(group),
});

export const queryLtv = analysisRoute({
  id: "queryLtv",
  kind: "ltv",
  summary: "LTV: net revenue per head of a cohort by age, with what was spent on it",
  body: ltvQuerySchema,
  response: ltvFigures.extend({ comparison: ltvFigures.optional() }),
});
export const listLtvPeople = peopleBehindRoute({
  id: "listLtvPeople",
  kind: "ltv",
  summary: "The people of a cohort of LTV",
  body: ltvQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      cohort: z.number().int().min(0).max(LTV_INTERVALS_MAX),
      paidBy: z.number().int().min(0).max(LTV_INTERVALS_MAX).optional().describe("Only those of whom an order was counted by this age"),
      value: z.string().nullable().optional().describe("Of the breakdown"),
      other: z.boolean().default(false),
    }),
  }),
});
export const ltvRoutes = [queryLtv, listLtvPeople] as const;

import { LTV_UNTOLD } from "@terrace/domain/insight/ltv/predict-ltv";
import { INTERVALS_MAX } from "@terrace/domain/insight/time/intervals";
import { BREAKDOWN_COLUMNS, BREAKDOWN_VALUES_MAX } from "@terrace/domain/insight/trends/trends-plan";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { breakdownByPersonSchema, ofGroup, peopleComparedQuery } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { intervalLabelSchema, intervalSchema, periodSchema, weekStartSchema } from "./insight-parts.ts";
import { askedMetricSchema } from "./metric-parts.ts";

/** Metrics of one question. */
export const METRICS_AT_ONCE = 20;

export const metricQuerySchema = z.strictObject({
  ...filtersQuery,
  period: periodSchema.describe("Told in whole intervals"),
  interval: intervalSchema.default("day"),
  weekStart: weekStartSchema,
  metrics: z.array(askedMetricSchema).min(1).max(METRICS_AT_ONCE),
  breakdown: z
    .strictObject({
      by: z.union([
        z.strictObject({ property: z.string().min(1).max(255) }),
        z.strictObject({ column: z.enum(BREAKDOWN_COLUMNS) }),
        breakdownByPersonSchema,
      ]),
      top: z.number().int().min(1).max(BREAKDOWN_VALUES_MAX).default(10),
    })
    .optional()
    .describe("The metric once for each of the most frequent values, every event narrowed to it, and once for all others"),
  compare: z.boolean().default(false).describe("Adds the previous period"),
  compareWith: peopleComparedQuery.compareWith,
});

const figure = z.number().nullable().describe("null: nothing to tell (no basis, or its events have never come)");
const untold = z.enum(LTV_UNTOLD).nullable();
const lineSchema = z.object({ points: z.array(figure), total: figure.describe("Of the whole period; it does not follow from the points") });

const metricFigures = z.object({
  zone: z.string(),
  currency: z.string(),
  intervals: z.array(intervalLabelSchema),
  previousIntervals: z.array(intervalLabelSchema).optional(),
  metrics: z
    .array(
      z.object({
        unit: z.enum(METRIC_UNITS),
        lines: z.array(
          lineSchema.extend({
            value: z.string().nullable().optional().describe("Of the breakdown; null: events without a value"),
            other: z.boolean(),
            why: z
              .object({ points: z.array(untold), total: untold })
              .optional()
              .describe(
                "Why figures told ahead are null: no_age_over: somebody began in a month that is not over yet; too_few_cohorts, too_few_tests: too few older months to learn from, or to try it on",
              ),
            basis: z.object({ numerator: lineSchema, denominator: lineSchema }).optional(),
            previous: lineSchema.optional(),
            change: figure.optional().describe("Of the total against the previous period, as a share"),
          }),
        ),
      }),
    )
    .describe("One for each asked for, in that order. Shares are parts of 1, money is in minor units"),
});

export const queryMetric = analysisRoute({
  id: "queryMetric",
  kind: "metric",
  summary: "Metrics of the catalogue and own ones over time, with what each is a quotient of",
  body: metricQuerySchema,
  response: metricFigures.extend({ comparison: metricFigures.optional() }),
});

export const listMetricPeople = peopleBehindRoute({
  id: "listMetricPeople",
  kind: "metric",
  summary: "People behind a point of a metric",
  body: metricQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      metric: z.number().int().min(0).max(METRICS_AT_ONCE).default(0).describe("Counted from 0"),
      interval: z.number().int().min(0).max(INTERVALS_MAX).optional().describe("Counted from 0; without it the whole period"),
      part: z.enum(["numerator", "denominator"]).default("numerator").describe("Of a quotient"),
      previous: z.boolean().default(false),
      value: z.string().max(2_000).nullable().optional().describe("Of the breakdown"),
      other: z.boolean().default(false),
    }),
  }),
});

export const metricAnalysisRoutes = [queryMetric, listMetricPeople];

import { UNTOLD } from "@terrace/domain/experiments/tell-results";
import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { EFFECT_REFUSALS } from "@terrace/domain/statistics/effect";
import { z } from "zod";
import { route } from "../route.ts";
import { holdoutParams, HOLDOUTS, holdouts } from "./holdouts.ts";
import { answerMetaSchema, answerQuerySchema } from "./insight-analysis.ts";
import { EXPERIMENT_METRICS_MAX, experimentMetricSchema, WINDOW_DAYS_MAX } from "./insight-experiment.ts";

/** Metrics of the catalogue that a report tells where none is asked for. */
const DEFAULT_METRICS = ["buyers", "net_revenue"] as const;

const boundedSchema = z.object({ estimate: z.number(), low: z.number().nullable(), high: z.number().nullable() });
const groupFiguresSchema = z.object({
  n: z.number().int().describe("People who count"),
  waiting: z.number().int().describe("People whose window is not over yet"),
  value: z.number().nullable().describe("The share, the mean, the quotient or the quantile"),
});
export const holdoutReportSchema = z.object({
  generation: z.number().int(),
  from: z.string(),
  to: z.string().describe("Questions and what follows them count before it"),
  currency: z.string(),
  reading: z
    .enum(["sequential", "fixed"])
    .describe(
      "sequential: intervals hold on whichever day they are read, and whenever the turn is ended by hand; fixed: the turn ended by the calendar, and they are read once",
    ),
  people: z.object({ held: z.number().int(), open: z.number().int(), conflicts: z.number().int() }),
  split: z.object({ p: z.number(), blocks: z.boolean().describe("The groups are not as large as they should be: nothing can be told") }),
  metrics: z.array(
    z.object({
      unit: z.enum(METRIC_UNITS),
      statistic: z.enum(UNIT_STATISTICS),
      held: groupFiguresSchema,
      open: groupFiguresSchema,
      perPerson: boundedSchema.nullable().describe("What is brought per person: others less held"),
      total: boundedSchema.nullable().describe("That times everyone who is not held; null for quotients and quantiles"),
      p: z.number().nullable(),
      returnOnCost: boundedSchema
        .nullable()
        .describe("Of money: (what was brought less what it cost) over what it cost; null where nothing was spent"),
      untold: z
        .enum([...EFFECT_REFUSALS, ...UNTOLD, "split_off"])
        .nullable()
        .describe("Why there is no effect"),
    }),
  ),
  costMinor: z
    .number()
    .int()
    .describe("Booked for programs it keeps people from, within the turn; minor units of the workspace's currency"),
  meta: answerMetaSchema,
});
export type HoldoutReport = z.output<typeof holdoutReportSchema>;

export const reportHoldout = route({
  ...holdouts,
  id: "reportHoldout",
  summary: "What programs brought in a turn: those who may get them less those who are kept from them, with intervals, cost and return",
  method: "POST",
  path: `${HOLDOUTS}/:holdout/report`,
  access: "events:read",
  params: holdoutParams,
  query: answerQuerySchema,
  body: z.strictObject({
    generation: z.number().int().min(1).optional().describe("The newest without it"),
    metrics: z
      .array(experimentMetricSchema)
      .min(1)
      .max(EXPERIMENT_METRICS_MAX)
      .default(() => DEFAULT_METRICS.map((metric) => experimentMetricSchema.parse({ of: { metric } })))
      .describe("Without it: who bought, and what they brought"),
    covariateDays: z
      .number()
      .int()
      .min(1)
      .max(WINDOW_DAYS_MAX)
      .nullable()
      .default(14)
      .describe("CUPED: what people did in so many times 24 hours before takes doubt away; null: none"),
  }),
  response: holdoutReportSchema,
});

export const holdoutReportRoutes = [reportHoldout] as const;

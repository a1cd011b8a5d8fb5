import { UNIT_STATISTICS } from "@terrace/domain/experiments/unit-metric";
import { METRIC_UNITS } from "@terrace/domain/insight/metrics/metric";
import { z } from "zod";
import { route } from "../route.ts";
import { experimentParams, EXPERIMENTS, splitSchema } from "./experiments.ts";
import { answerMetaSchema, answerQuerySchema } from "./insight-analysis.ts";

const figure = z.number().nullable();
const bounds = { low: figure.describe("The interval holds at all times at once; null: nothing can be told"), high: figure };
const parts = z.array(z.number().int()).describe("Shares in parts of 10,000, in the order of the variants");

export const experimentBandit = route({
  id: "experimentBandit",
  tag: "Experiments",
  summary: "Shares of a bandit over time, what they follow from, and what was won by them",
  method: "POST",
  path: `${EXPERIMENTS}/:experiment/bandit`,
  access: "events:read",
  params: experimentParams,
  query: answerQuerySchema,
  body: z.strictObject({}),
  response: z.object({
    metric: z.number().int().describe("The primary metric, counted from 0: shares follow it"),
    unit: z.enum(METRIC_UNITS),
    statistic: z.enum(UNIT_STATISTICS),
    from: z.string(),
    to: z.string(),
    nextAt: z.string().nullable().describe("When shares are due to be reckoned anew; null: no more"),
    periods: z
      .array(
        z.object({
          period: z.number().int(),
          from: z.string().describe("Its shares are in force from here up to the beginning of the next"),
          parts,
          moved: z.number().int().describe("Of 10,000 buckets those with another variant than before: people whom only a hash decides"),
          people: z.array(z.number().int()).describe("First exposed in it"),
          readUntil: z.string().nullable().describe("What its shares follow from was read as of this instant; null of the first period"),
          known: z
            .array(z.object({ n: z.number(), mean: figure, error: figure, best: figure, loss: figure }))
            .nullable()
            .describe("What was known of each variant then"),
        }),
      )
      .describe("Oldest first"),
    arms: z.array(
      z.object({
        variant: z.string(),
        part: z.number().int().describe("Its share now, of 10,000"),
        people: z.number().int(),
        expected: z.number().describe("People whom the shares of all periods would have brought"),
        n: z.number().int().describe("People who count"),
        value: figure.describe("Mean over periods, each as often as it has people; comparable between variants"),
        ...bounds,
        naive: figure.describe("Mean of all of its people at once; not comparable, since people came to it at other times"),
        best: figure.describe("The chance to be the best of all; null while shares are even because too little is known"),
        loss: figure.describe("What a person brings less on average than with the best one"),
      }),
    ),
    split: splitSchema.describe("People against the shares of each period"),
    won: z
      .object({ estimate: z.number(), ...bounds, n: z.number().int().describe("People who count") })
      .nullable()
      .describe("What all people who count brought above even shares; where less is better, what was spared"),
    meta: answerMetaSchema,
  }),
});
export type ExperimentBandit = z.output<typeof experimentBandit.response>;

export const exportExperimentBandit = route({
  id: "exportExperimentBandit",
  tag: "Experiments",
  summary: "The report of a bandit as CSV: what was won, its variants as of now or its stop, and its periods",
  method: "GET",
  path: `${EXPERIMENTS}/:experiment/bandit.csv`,
  access: "events:read",
  params: experimentParams,
  query: z.object({ language: z.enum(["zh-CN", "en"]).default("zh-CN").describe("Of the columns' names") }),
  response: z
    .string()
    .describe("text/csv: a row for what was won, for each variant, and for each variant of each period; money is in minor units"),
});

export const experimentBanditRoutes = [experimentBandit, exportExperimentBandit];

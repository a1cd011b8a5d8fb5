import { EXPERIMENT_METHODS } from "@terrace/domain/experiments/tell-results";
import { DIFFERENCES } from "@terrace/domain/statistics/effect";
import { POWER_REFUSALS } from "@terrace/domain/statistics/power";
import { z } from "zod";
import { route, workspaceParams } from "../route.ts";
import { VARIANTS_MAX } from "./insight-experiment.ts";

/** Weeks that a plan looks ahead. */
export const PLAN_WEEKS_MAX = 26;

const planBody = z.strictObject({
  baseline: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("proportion"), share: z.number().gt(0).lt(1) }),
      z.strictObject({
        kind: z.literal("mean"),
        mean: z.number().min(-1e15).max(1e15),
        deviation: z.number().gt(0).max(1e15).describe("Standard deviation of one person; results tell it of every variant"),
      }),
    ])
    .describe("What control does now: the share who do it, or the mean of a person (also of a quotient)"),
  effect: z
    .number()
    .min(-1e15)
    .max(1e15)
    .refine((effect) => effect !== 0, "Say from which change on it is worth acting")
    .describe("The least change worth acting on; below 0: a fall"),
  difference: z.enum(DIFFERENCES).default("relative").describe("relative: 0.1 is 10 % more"),
  weights: z.array(z.number().int().min(1).max(10_000)).min(2).max(VARIANTS_MAX).default([1, 1]).describe("Of the variants, control first"),
  method: z.enum(EXPERIMENT_METHODS).default("sequential"),
  tuned: z
    .boolean()
    .default(false)
    .describe(
      "Read sequentially: the experiment will have the people told here as `plannedPeople`, so that it is narrowest at its planned size",
    ),
  level: z.number().min(0.8).max(0.999).default(0.95),
  power: z.number().min(0.5).max(0.99).default(0.8).describe("How likely the change is to be found if it is there"),
  comparisons: z.number().int().min(1).max(400).default(1).describe("Variants × metrics that a correction pays for"),
  correlation: z.number().min(-0.99).max(0.99).default(0).describe("Of what a person did before and after (CUPED); 0: not used"),
  peoplePerDay: z.number().gt(0).max(1e9).describe("New people a day who could be in it"),
  traffic: z.number().gt(0).max(1).default(1).describe("The share of them that is"),
  windowDays: z
    .number()
    .int()
    .min(0)
    .max(365)
    .default(0)
    .describe(
      "The longest window of the metrics that decide, where whose window is not over waits: so many days more; 0: everyone counts at once",
    ),
  weeks: z.number().int().min(1).max(PLAN_WEEKS_MAX).default(8),
});
export const experimentPlanBody = planBody.refine(staysShare, {
  path: ["effect"],
  message: "A share stays between 0 and 1; choose a smaller change",
});
export type ExperimentPlanBody = z.output<typeof experimentPlanBody>;

function staysShare({ baseline, effect, difference }: z.output<typeof planBody>): boolean {
  if (baseline.kind !== "proportion") return true;
  const changed = difference === "relative" ? baseline.share * (1 + effect) : baseline.share + effect;
  return changed > 0 && changed < 1;
}

export const planExperimentSize = route({
  id: "planExperimentSize",
  tag: "Experiments",
  summary: "How many people an experiment needs, how long that takes, and what it would find week by week",
  method: "POST",
  path: "/api/workspaces/:workspace/experiments/plan",
  access: "events:read",
  params: workspaceParams,
  body: experimentPlanBody,
  response: z.object({
    people: z.number().int().nullable(),
    peopleOfVariants: z.array(z.number().int()).nullable(),
    days: z.number().int().nullable().describe("Until so many came and their window is over"),
    untold: z
      .enum(POWER_REFUSALS)
      .nullable()
      .describe("Why no number is told: nobody differs, nothing is relative to 0, or no number is enough"),
    weeks: z.array(
      z.object({
        days: z.number().int(),
        people: z.number().int().describe("Whose window is over by then"),
        detectable: z.number().nullable().describe("The least change found with that power; null: none is"),
      }),
    ),
  }),
});

export const experimentPlanRoutes = [planExperimentSize];

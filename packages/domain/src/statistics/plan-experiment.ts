import { type Arm, estimateArm } from "./arm.ts";
import { daysNeeded, detectableEffect, type PowerBaseline, type PowerPlan, type PowerRefusal, unitsNeeded, unitsOfArms } from "./power.ts";
import { SEQUENTIAL_TUNING } from "./sequential.ts";
import { sharedTheta } from "./theta.ts";

export type PlannedExperiment = {
  /** How many units in all, of each arm, and days until they came and their window is over; null and `untold` where no number is enough. */
  readonly units: number | null;
  readonly unitsOfArms: readonly number[] | null;
  readonly days: number | null;
  readonly untold: PowerRefusal | null;
  /** What is found at the end of each week, among the units whose window is over by then; null: nothing is. */
  readonly weeks: readonly { readonly days: number; readonly units: number; readonly detectable: number | null }[];
};
export type PlanAsked = {
  /** The least effect that is worth acting on; below 0 for a fall. */
  readonly effect: number;
  readonly power: number;
  readonly perDay: number;
  /** The share of those units that is in the experiment. */
  readonly traffic: number;
  readonly weeks: number;
  /** How many days a unit counts only after; 0: at once. */
  readonly windowDays?: number | undefined;
};

/** How large an experiment must be and how long it takes, and what it would find were it ended at the end of a week. */
export function planExperiment(plan: PowerPlan, { effect, power, perDay, traffic, weeks, windowDays = 0 }: PlanAsked): PlannedExperiment {
  const needed = unitsNeeded(plan, effect, power);
  const all = plan.weights.reduce((sum, weight) => sum + weight, 0);
  const days = typeof needed === "number" ? daysNeeded(needed, { perDay, traffic }) : needed;
  // What is tuned to the planned size stays so, however many there are by then.
  const read =
    plan.tuning === "size"
      ? { ...plan, tuning: typeof needed === "number" ? comparedUnits(plan.weights, needed) : SEQUENTIAL_TUNING }
      : plan;
  const told = Array.from({ length: weeks }, (_, week) => {
    const units = Math.floor(Math.max(0, (week + 1) * 7 - windowDays) * perDay * traffic);
    const found = detectableEffect(read, units, { power, falls: effect < 0 });
    return { days: (week + 1) * 7, units, detectable: typeof found === "number" ? found : null };
  });
  return {
    units: typeof needed === "number" ? needed : null,
    unitsOfArms: typeof needed === "number" ? plan.weights.map((weight) => Math.ceil((needed * weight) / all)) : null,
    days: typeof days === "number" ? days + windowDays : null,
    untold: typeof needed === "string" ? needed : typeof days === "string" ? days : null,
    weeks: told,
  };
}

function comparedUnits(weights: readonly number[], units: number): number {
  const { control, treatment } = unitsOfArms(weights, units);
  return control + treatment;
}

/** What an arm that is already measured says of one that is planned: its value, how much a unit varies, and what CUPED would take away. */
export function baselineOf(arm: Arm): { readonly baseline: PowerBaseline; readonly reduction: number } {
  const { unadjusted, variance } = estimateArm(arm);
  const reduction = variance > 0 ? 1 - estimateArm(arm, sharedTheta(arm, arm)).variance / variance : 0;
  const isShare = arm.kind === "proportion" || (arm.kind === "adjusted" && arm.post.kind === "proportion");
  return {
    baseline: isShare ? { kind: "proportion", share: unadjusted } : { kind: "mean", mean: unadjusted, deviation: Math.sqrt(variance) },
    reduction,
  };
}

import { planExperimentSize, type ExperimentPlanBody } from "@terrace/contract/api/experiment-plan";
import { planExperiment } from "@terrace/domain/statistics/plan-experiment";
import type { PowerPlan } from "@terrace/domain/statistics/power";
import { SEQUENTIAL_TUNING } from "@terrace/domain/statistics/sequential";
import { handle, type RouteHandler } from "../../platform/http/handler.ts";

/** The calculator: nothing is read or kept. */
export function planRoutes(): readonly RouteHandler[] {
  return [
    handle(planExperimentSize, ({ body }) => {
      const { effect, power, peoplePerDay: perDay, traffic, weeks, windowDays } = body;
      const {
        units,
        unitsOfArms,
        days,
        untold,
        weeks: told,
      } = planExperiment(planOf(body), {
        effect,
        power,
        perDay,
        traffic,
        weeks,
        windowDays,
      });
      return Promise.resolve({
        people: units,
        peopleOfVariants: unitsOfArms === null ? null : [...unitsOfArms],
        days,
        untold,
        weeks: told.map(({ days, units, detectable }) => ({ days, people: units, detectable })),
      });
    }),
  ];
}

/** A plan as it will be read: sequentially as the results are, or by an interval that is looked at once, as a posterior after a flat prior is. */
function planOf({ baseline, difference, weights, method, level, comparisons, correlation, tuned }: ExperimentPlanBody): PowerPlan {
  return {
    baseline,
    difference,
    weights,
    alpha: 1 - level,
    comparisons,
    reduction: correlation ** 2,
    ...(method === "sequential" ? { tuning: tuned ? ("size" as const) : SEQUENTIAL_TUNING } : {}),
  };
}

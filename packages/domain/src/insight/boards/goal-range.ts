import { atomsAsked } from "../metrics/evaluate-expression.ts";
import type { BoundExpression, BoundMetric, MetricUnit } from "../metrics/metric.ts";
import { fail, ok, type Result } from "../../result.ts";

/** What figures of a unit cannot be below. A number may be anything: an own formula decides. */
const LEAST: Readonly<Record<MetricUnit, number | undefined>> = {
  count: 0,
  people: 0,
  share: 0,
  money: 0,
  seconds: 0,
  number: undefined,
  points: 0,
};

/** Whether a target can be one of a metric, in its unit. Faults: `goal.target_out_of_range`. */
export function goalTarget({ unit, expression }: Pick<BoundMetric, "unit" | "expression">, target: number): Result<number> {
  const isGrowth = unit === "share" && tellsGrowth(expression);
  const least = isGrowth ? -1 : LEAST[unit];
  const most = unit === "share" && !isGrowth ? 1 : undefined;
  if ((least === undefined || target >= least) && (most === undefined || target <= most)) return ok(target);
  return fail("goal.target_out_of_range", {
    field: "target",
    mend: most === undefined ? `Give ${least} or more` : `Give a part of 1, from ${least} to ${most}`,
    details: { unit, ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }) },
  });
}

/** A share of what was before may be below nothing, and more than all; so may whatever an own formula makes of figures. */
function tellsGrowth(expression: BoundExpression): boolean {
  if (atomsAsked(expression).some(({ shifted }) => shifted > 0) || "formula" in expression) return true;
  return "ratio" in expression && "formula" in expression.ratio.of && expression.ratio.of.parts.length > 1;
}

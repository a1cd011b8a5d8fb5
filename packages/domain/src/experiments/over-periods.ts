import { estimateArm } from "../statistics/arm.ts";
import { estimateEffect, type Difference, type Effect, type Refused } from "../statistics/effect.ts";
import type { SummableArm } from "../statistics/merge-arms.ts";
import { joinPeriods, stratifiedArm, type DrawnPeriod } from "../statistics/stratified-arms.ts";
import { armOf, type ReadMetric } from "./arms-of-moments.ts";

/** By which parts people were drawn in each period. */
export type PeriodParts = readonly (readonly number[])[];

/** The arms of a metric in each period, in order of time; none of a metric that is no sum over people, such as a quantile. */
export function periodArms(metric: ReadMetric, parts: PeriodParts): readonly DrawnPeriod[] {
  return (metric.periods ?? []).flatMap((variants, period) => {
    const arms = variants.flatMap((_, at): readonly SummableArm[] => {
      const arm = armOf({ ...metric, variants }, at, undefined);
      return arm?.kind === "mean" || arm?.kind === "proportion" || arm?.kind === "ratio" ? [arm] : [];
    });
    return arms.length === variants.length ? [{ parts: parts[period] ?? variants.map(() => 1), arms }] : [];
  });
}

/** The effect of a variant against the first, both as they are over periods. */
export function effectOverPeriods(
  metric: ReadMetric,
  variant: number,
  { difference, parts }: { readonly difference: Difference; readonly parts: PeriodParts },
): Effect | Refused {
  const periods = joinPeriods(periodArms(metric, parts));
  const [control, treatment] = [stratifiedArm(periods, 0), stratifiedArm(periods, variant)];
  if (control === undefined || treatment === undefined) return { kind: "refused", reason: "too_few_units" };
  const effect = estimateEffect(control.arm, treatment.arm, difference);
  return effect.kind === "refused" ? effect : { ...effect, n: control.n + treatment.n };
}

/** What a variant shows over all periods; null where nothing can be told. */
export function valueOverPeriods(metric: ReadMetric, variant: number, parts: PeriodParts): number | null {
  const found = stratifiedArm(joinPeriods(periodArms(metric, parts)), variant);
  const value = found === undefined ? Number.NaN : estimateArm(found.arm).value;
  return Number.isFinite(value) ? value : null;
}

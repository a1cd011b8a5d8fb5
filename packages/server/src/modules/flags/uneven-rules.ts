import { evenCoverage } from "@terrace/domain/assignment/real-shares";
import { isSplitting, ruleBefore, type ExperimentRuleAt } from "@terrace/domain/flags/experiment-rules";
import { sharesOf, unevenRule } from "@terrace/domain/flags/uneven-rule";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Definition } from "./sealed-definition.ts";

/** Arms are whole buckets: at a small coverage one can be far from its weight. Rules that gave such shares before stay as they are. Throws `flag.coverage_uneven`. */
export function refuseUneven(own: readonly ExperimentRuleAt[], before: Definition | undefined): void {
  for (const at of own) {
    const { environment, place, rule } = at;
    const uneven = isSplitting(rule) ? unevenRule(rule) : undefined;
    if (uneven === undefined) continue;
    const was = ruleBefore(before, at);
    const { weights, coverages } = sharesOf(rule);
    if (was !== undefined && JSON.stringify(sharesOf(was)) === JSON.stringify({ weights, coverages })) continue;
    const { coverage, said, real } = uneven;
    const arm = rule.arms[uneven.arm]?.key ?? "";
    const enough = evenCoverage(weights, coverage);
    const details = {
      arm,
      coverage: percentOf(coverage / 10_000),
      said: percentOf(said),
      real: percentOf(real),
      enough: percentOf(enough / 10_000),
    };
    throw faultError("flag.coverage_uneven", {
      field: `definition.environments.${environment}.rules[${place}].${coverage === rule.coverage ? "coverage" : "ramp"}`,
      mend: `Give a coverage of ${enough}, or other weights: at ${coverage} arm ${arm} would be ${details.real} % of those who take part instead of ${details.said} %`,
      details,
    });
  }
}

function percentOf(share: number): number {
  return Number((share * 100).toFixed(2));
}

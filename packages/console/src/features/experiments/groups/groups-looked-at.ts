import type { ExperimentView } from "@terrace/contract/api/experiments";

/** How many comparisons the correction pays for where so many groups are looked at: guardrails are told without it. */
export function groupsLookedAt({ metrics, variants }: Pick<ExperimentView["definition"], "metrics" | "variants">, groups: number): number {
  return groups * metrics.filter(({ role }) => role !== "guardrail").length * (variants.length - 1);
}

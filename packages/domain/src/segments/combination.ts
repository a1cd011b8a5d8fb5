import type { PersonCondition } from "../conditions/condition.ts";

/** How segments are put together. */
export const COMBINATION_OPS = ["union", "intersect", "except"] as const;
export type CombinationOp = (typeof COMBINATION_OPS)[number];

/** Segments of one combination. */
export const COMBINED_MAX = 10;

/** Other segments put together, by their ids; of `except` the first is the one from which the others are taken. */
export type Combination = { readonly op: CombinationOp; readonly of: readonly string[] };

/** The rule that holds for the same people. */
export function ruleOfCombination({ op, of }: Combination): PersonCondition {
  const leaves = of.map((segment, index) => ({ segment, in: op !== "except" || index === 0 }));
  return op === "union" ? { any: leaves } : { all: leaves };
}

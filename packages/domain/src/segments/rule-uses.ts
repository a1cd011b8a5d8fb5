import { selectorsOf, type PersonCondition } from "../conditions/condition.ts";
import { leavesOf } from "./tracker.ts";

/** What a condition on people asks about, each once and in order; an event that is null is any event. */
export type RuleUses = {
  readonly segments: readonly string[];
  readonly events: readonly (string | null)[];
  readonly traits: readonly string[];
  readonly tags: readonly string[];
};

export function usesOfRule(condition: PersonCondition): RuleUses {
  const leaves = leavesOf(condition);
  return {
    segments: distinct(leaves.flatMap((leaf) => ("segment" in leaf ? [leaf.segment] : []))),
    events: distinct(leaves.flatMap((leaf) => ("did" in leaf || "sequence" in leaf ? selectorsOf(leaf).map(({ event }) => event) : []))),
    traits: distinct(leaves.flatMap((leaf) => ("trait" in leaf ? [leaf.trait] : []))),
    tags: distinct(leaves.flatMap((leaf) => ("tag" in leaf ? [leaf.tag] : []))),
  };
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

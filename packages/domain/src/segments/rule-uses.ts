import { selectorsOf, type PersonCondition, type PersonLeaf } from "../conditions/condition.ts";
import { segmentsIn } from "./rule-order.ts";
import { leavesOf, traitsOfLeaf } from "./tracker.ts";

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
    segments: [...segmentsIn(condition)],
    events: distinct(leaves.flatMap(eventsOfLeaf)),
    traits: distinct(leaves.flatMap(traitsOfLeaf)),
    tags: distinct(leaves.flatMap((leaf) => ("tag" in leaf ? [leaf.tag] : []))),
  };
}

function eventsOfLeaf(leaf: PersonLeaf): readonly (string | null)[] {
  if ("did" in leaf || "sequence" in leaf) return selectorsOf(leaf).map(({ event }) => event);
  return "population" in leaf && "did" in leaf.population ? [leaf.population.did.event] : [];
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

import { foldCondition, type Leaf, type PersonCondition } from "./condition.ts";

/**
 * What it takes to keep an answer fresh. `local`: a person's own events, traits and memberships decide, so that it is asked anew when something of theirs changes, and when
 * `whenMayChange` says. `population`: others decide too, so that everyone is put in order now and then.
 */
export type ConditionKind = "local" | "population";

/** The kind of a condition. Whom a segment holds is a fact about each person, however it was found: asking about one is local. So is chance, which deals each id by itself. */
export function conditionKind(condition: PersonCondition): ConditionKind {
  const join = (parts: readonly ConditionKind[]): ConditionKind => (parts.includes("population") ? "population" : "local");
  return foldCondition<Leaf, ConditionKind>(condition, {
    all: join,
    any: join,
    not: (part) => part,
    leaf: (leaf) => ("population" in leaf ? "population" : "local"),
  });
}

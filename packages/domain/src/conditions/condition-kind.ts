import { foldCondition, type Leaf, type PersonCondition } from "./condition.ts";

/**
 * What it takes to keep an answer fresh. `local`: a person's own events, traits and memberships decide, so that it is asked anew when something of theirs changes, and when
 * `whenMayChange` says. `population`: others decide too, so that it is asked for everyone, now and then.
 */
export type ConditionKind = "local" | "population";

/** The kind of a condition; a segment that it names brings its own. */
export function conditionKind(condition: PersonCondition, kindOfSegment: (segmentId: string) => ConditionKind): ConditionKind {
  const join = (parts: readonly ConditionKind[]): ConditionKind => (parts.includes("population") ? "population" : "local");
  return foldCondition<Leaf, ConditionKind>(condition, {
    all: join,
    any: join,
    not: (part) => part,
    leaf: (leaf) => ("segment" in leaf ? kindOfSegment(leaf.segment) : "local"),
  });
}

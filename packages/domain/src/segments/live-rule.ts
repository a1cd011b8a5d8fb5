import { foldCondition, type BehaviourLeaf, type PersonCondition, type PersonLeaf } from "../conditions/condition.ts";
import { BOOLEAN } from "../conditions/matches-event.ts";
import { matchesPerson, type PersonFacts } from "../conditions/matches-person.ts";
import { whenMayChange } from "../conditions/when-may-change.ts";
import type { Counter } from "./counter.ts";
import { counterChange, counterHolds, type LeafTime } from "./leaf-counter.ts";
import { leavesOf } from "./tracker.ts";

/** What a live rule is asked about: what is known of the person, and the sum of their ids' counters for a leaf in place of events. */
export type KnownPerson = Omit<PersonFacts, "events"> & { readonly counter: (leaf: BehaviourLeaf) => Counter };

/** Whether the condition holds for the person, as `matchesPerson` says of the history that was counted. */
export function ruleHolds(condition: PersonCondition, person: KnownPerson, time: LeafTime): boolean {
  return foldCondition<PersonLeaf, boolean>(condition, { ...BOOLEAN, leaf: (leaf) => leafHolds(leaf, person, time) });
}

/** Whether a leaf holds for the person. */
export function leafHolds(leaf: PersonLeaf, person: KnownPerson, time: LeafTime): boolean {
  if ("did" in leaf || "sequence" in leaf) return counterHolds(leaf, person.counter(leaf), time);
  return matchesPerson(leaf, { ...person, events: [] }, { ...time, virtuals: [] });
}

/**
 * The next instant at which a leaf of the condition may come to hold, or cease to, although nothing happens; undefined when there is none. Until then
 * the answer stays as it is.
 */
export function nextChange(condition: PersonCondition, person: KnownPerson, time: LeafTime): number | undefined {
  return leavesOf(condition)
    .map((leaf) => leafChange(leaf, person, time))
    .reduce(earlier, undefined);
}

/** The same of one leaf. */
export function leafChange(leaf: PersonLeaf, person: KnownPerson, time: LeafTime): number | undefined {
  if ("did" in leaf || "sequence" in leaf) return counterChange(leaf, person.counter(leaf), time);
  return whenMayChange(leaf, { ...person, events: [] }, { ...time, virtuals: [] });
}

/** The earlier of two instants, if there are. */
export function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

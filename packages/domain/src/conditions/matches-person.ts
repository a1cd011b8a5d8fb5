import type { VirtualEvent } from "../event/virtual-event.ts";
import type { JsonObject } from "../json.ts";
import { foldCondition, type Condition, type Count, type DidLeaf, type Leaf, type PersonCondition, type PersonLeaf } from "./condition.ts";
import { BOOLEAN, matchesEvent, selectsEvent, type EventFacts } from "./matches-event.ts";
import { passesTest } from "./test-value.ts";
import { pathOf, valuesAt } from "./value-at.ts";
import { spanOf } from "./within.ts";

/** What is known of a person: traits in the stored form, every event of every id that is theirs, and the segments that one of these ids is in. */
export type PersonFacts = { readonly traits: JsonObject; readonly events: readonly EventFacts[]; readonly segments: ReadonlySet<string> };

/** When and where a condition on a person is asked. */
export type AskedAt = { readonly nowMs: number; readonly zone: string; readonly virtuals: readonly VirtualEvent[] };

/** Whether the condition holds for one person. Its values are in the stored form (`withStoredForms`). */
export function matchesPerson(condition: PersonCondition, facts: PersonFacts, at: AskedAt): boolean {
  return foldCondition<PersonLeaf, boolean>(condition, { ...BOOLEAN, leaf: (leaf) => personLeafHolds(leaf, facts, at) });
}

/** Whether the condition holds for one event of a person: leaves about people mean whose event it is. */
export function matchesEventOf(condition: Condition, event: EventFacts, facts: PersonFacts, at: AskedAt): boolean {
  return foldCondition<Leaf, boolean>(condition, {
    ...BOOLEAN,
    leaf: (leaf) => ("trait" in leaf || "did" in leaf || "segment" in leaf ? personLeafHolds(leaf, facts, at) : matchesEvent(leaf, event)),
  });
}

function personLeafHolds(leaf: PersonLeaf, { traits, events, segments }: PersonFacts, at: AskedAt): boolean {
  if ("segment" in leaf) return segments.has(leaf.segment) === leaf.in;
  if ("trait" in leaf) return passesTest(leaf, valuesAt(traits, pathOf(leaf.trait)));
  return countHolds(countOf(leaf), didTimes(leaf, events, at));
}

function didTimes({ did, within }: DidLeaf, events: readonly EventFacts[], { nowMs, zone, virtuals }: AskedAt): number {
  const span = within === undefined ? undefined : spanOf(within, nowMs, zone);
  const inTime = (timeMs: number): boolean => span === undefined || (timeMs >= span.fromMs && timeMs < span.toMs);
  return events.filter((event) => inTime(event.timeMs) && selectsEvent(did, event, virtuals)).length;
}

/** How often: at least once where nothing is said. */
export function countOf({ count }: DidLeaf): Count {
  return count ?? { op: "gte", value: 1 };
}

/** Whether a number of events is as it must be. */
export function countHolds({ op, value }: Count, times: number): boolean {
  switch (op) {
    case "eq":
      return times === value;
    case "gt":
      return times > value;
    case "gte":
      return times >= value;
    case "lt":
      return times < value;
    case "lte":
      return times <= value;
  }
}

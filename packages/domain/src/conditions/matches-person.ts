import type { JsonObject } from "../json.ts";
import { chancePart, partsOf } from "./chance.ts";
import {
  foldCondition,
  type BehaviourLeaf,
  type ChanceLeaf,
  type Condition,
  type Leaf,
  type PersonCondition,
  type PersonLeaf,
  type TraitLeaf,
} from "./condition.ts";
import { isDayTest, passesDayTest } from "./day-test.ts";
import { didHolds, type AskedAt } from "./did-holds.ts";
import { BOOLEAN, matchesEvent, type EventFacts } from "./matches-event.ts";
import { populationKey } from "./population.ts";
import { sequenceHolds } from "./sequence.ts";
import { passesTest } from "./test-value.ts";
import { pathOf, valuesAt } from "./value-at.ts";

/** Tags of any of a person's ids, with the instant (Unix ms) until which they hold; Infinity for ever. */
export type TagFacts = ReadonlyMap<string, number>;

/** What is known of a person: the id, tags, traits in the stored form, every event of every id that is theirs, and the segments that one of these ids is in. */
export type PersonFacts = {
  readonly id: string;
  readonly tags: TagFacts;
  readonly traits: JsonObject;
  readonly events: readonly EventFacts[];
  readonly segments: ReadonlySet<string>;
  /** The leaves about all people of which they stand where is asked, by `populationKey`: whoever knows everyone tells. */
  readonly standings?: ReadonlySet<string>;
};

/** Whether the condition holds for one person. Its values are in the stored form (`withStoredForms`). */
export function matchesPerson(condition: PersonCondition, facts: PersonFacts, at: AskedAt): boolean {
  return foldCondition<PersonLeaf, boolean>(condition, { ...BOOLEAN, leaf: (leaf) => personLeafHolds(leaf, facts, at) });
}

/** Whether the condition holds for one event of a person: leaves about people mean whose event it is. */
export function matchesEventOf(condition: Condition, event: EventFacts, facts: PersonFacts, at: AskedAt): boolean {
  return foldCondition<Leaf, boolean>(condition, {
    ...BOOLEAN,
    leaf: (leaf) => ("property" in leaf || "column" in leaf ? matchesEvent(leaf, event) : personLeafHolds(leaf, facts, at)),
  });
}

function personLeafHolds(leaf: PersonLeaf, { id, tags, traits, events, segments, standings }: PersonFacts, at: AskedAt): boolean {
  if ("segment" in leaf) return segments.has(leaf.segment) === leaf.in;
  if ("tag" in leaf) return (tags.get(leaf.tag) ?? -Infinity) > at.nowMs === leaf.has;
  if ("chance" in leaf) return falls(leaf, id);
  if ("population" in leaf) return standings?.has(populationKey(leaf)) === true;
  if ("trait" in leaf) return traitHolds(leaf, traits, at);
  return behaviourHolds(leaf, events, at);
}

/** Whether someone with these events did what the leaf says. */
export function behaviourHolds(leaf: BehaviourLeaf, events: readonly EventFacts[], at: AskedAt): boolean {
  return "sequence" in leaf ? sequenceHolds(leaf, events, at) : didHolds(leaf, events, at);
}

function traitHolds(leaf: TraitLeaf, traits: JsonObject, at: AskedAt): boolean {
  const values = valuesAt(traits, pathOf(leaf.trait));
  return isDayTest(leaf) ? passesDayTest(leaf, values, at) : passesTest(leaf, values);
}

function falls({ chance: { percent, seed } }: ChanceLeaf, personId: string): boolean {
  const [from, to] = partsOf(percent);
  const part = chancePart(seed, personId);
  return part >= from && part < to;
}

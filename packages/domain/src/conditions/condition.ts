import type { EventContext } from "../event/feed-event.ts";

/** A value that a condition compares with. */
export type Scalar = string | number | boolean;

/** What is asked of one value; docs/decisions/0011-condition-language.md tells what text and number a value has. */
export type Test =
  /** Its text is one of these, or its number one of the numbers among them. */
  | { readonly is: readonly Scalar[] }
  /** `is` does not hold: what is missing is none of them either. */
  | { readonly isNot: readonly Scalar[] }
  /** Its text holds this one, whatever the case of ASCII letters. */
  | { readonly contains: string }
  | { readonly containsNot: string }
  | { readonly startsWith: string }
  | { readonly endsWith: string }
  | { readonly gt: number }
  | { readonly gte: number }
  | { readonly lt: number }
  | { readonly lte: number }
  /** Both ends count. */
  | { readonly between: readonly [number, number] }
  /** It is there and not null (a column: not empty). */
  | { readonly isSet: boolean };

export const TEST_OPS = [
  "is",
  "isNot",
  "contains",
  "containsNot",
  "startsWith",
  "endsWith",
  "gt",
  "gte",
  "lt",
  "lte",
  "between",
  "isSet",
] as const;
export type TestOp = (typeof TEST_OPS)[number];

/** The comparisons of a number of events. */
export const COUNT_OPS = ["eq", "gt", "gte", "lt", "lte"] as const;
export type CountOp = (typeof COUNT_OPS)[number];

/** How many events there must be. */
export type Count = { readonly op: CountOp; readonly value: number };

/** When: today and the days before it, so many in all; or local dates, from the first up to and without the second. */
export type Within = { readonly days: number } | { readonly from: string; readonly to: string };

/** A property of the event; dots lead into objects, and into the objects of a list. */
export type PropertyLeaf = { readonly property: string } & Test;
/** A column of the event's context. */
export type ColumnLeaf = { readonly column: keyof EventContext } & Test;
/** A trait of the person; dots as in properties. */
export type TraitLeaf = { readonly trait: string } & Test;
/** The person is, or is not, in a segment; `segment` is its id. */
export type SegmentLeaf = { readonly segment: string; readonly in: boolean };
/** What the person did: at least once, or as often as `count` says; ever, or within a time. */
export type DidLeaf = {
  readonly did: EventSelector<EventCondition>;
  readonly count?: Count | undefined;
  readonly within?: Within | undefined;
};

export type EventLeaf = PropertyLeaf | ColumnLeaf;
export type PersonLeaf = TraitLeaf | SegmentLeaf | DidLeaf;
export type Leaf = EventLeaf | PersonLeaf;

type Tree<L> = { readonly all: readonly Tree<L>[] } | { readonly any: readonly Tree<L>[] } | { readonly not: Tree<L> } | L;

/** A condition on one event and nothing else. */
export type EventCondition = Tree<EventLeaf>;
/** A condition on a person. */
export type PersonCondition = Tree<PersonLeaf>;
/** The condition language: one schema for analyses, segments, journeys and rules. On an event, its leaves about people mean whose event it is. */
export type Condition = Tree<Leaf>;

/** Events by name (null: any), narrowed by a condition. A virtual event's name stands for the clicks it was given to. */
export type EventSelector<C extends Condition = Condition> = { readonly event: string | null; readonly where?: C | undefined };

/** The same condition with every leaf replaced by a condition. */
export function mapLeaves<L, M>(condition: Tree<L>, map: (leaf: L) => Tree<M>): Tree<M> {
  if (isAll(condition)) return { all: condition.all.map((each) => mapLeaves(each, map)) };
  if (isAny(condition)) return { any: condition.any.map((each) => mapLeaves(each, map)) };
  return isNot(condition) ? { not: mapLeaves(condition.not, map) } : map(condition);
}

/** Puts together what is known of the leaves: `all`, `any` and `not` say how. */
export function foldCondition<L, T>(
  condition: Tree<L>,
  how: {
    readonly all: (parts: readonly T[]) => T;
    readonly any: (parts: readonly T[]) => T;
    readonly not: (part: T) => T;
    readonly leaf: (leaf: L) => T;
  },
): T {
  if (isAll(condition)) return how.all(condition.all.map((each) => foldCondition(each, how)));
  if (isAny(condition)) return how.any(condition.any.map((each) => foldCondition(each, how)));
  return isNot(condition) ? how.not(foldCondition(condition.not, how)) : how.leaf(condition);
}

function isAll<L>(condition: Tree<L>): condition is { readonly all: readonly Tree<L>[] } {
  return typeof condition === "object" && condition !== null && "all" in condition;
}

function isAny<L>(condition: Tree<L>): condition is { readonly any: readonly Tree<L>[] } {
  return typeof condition === "object" && condition !== null && "any" in condition;
}

function isNot<L>(condition: Tree<L>): condition is { readonly not: Tree<L> } {
  return typeof condition === "object" && condition !== null && "not" in condition;
}

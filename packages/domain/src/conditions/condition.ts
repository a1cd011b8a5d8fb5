import type { EventContext } from "../event/feed-event.ts";

/** A value that a condition compares with. */
export type Scalar = string | number | boolean;

/** What is asked of one value; docs/decisions/0010-condition-language.md tells what text and number a value has. */
export type Test =
  /** Its text (or, for a number asked, its number) is one of these. */
  | { readonly is: readonly Scalar[] }
  /** `is` does not hold; what is missing is not it either. */
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

/** The comparisons of a number of events. */
export const COUNT_OPS = ["eq", "gt", "gte", "lt", "lte"] as const;
export type CountOp = (typeof COUNT_OPS)[number];

/** How many events there must be. */
export type Count = { readonly op: CountOp; readonly value: number };

/** When: the last days up to now, or local dates of the workspace, from the first up to and without the second. */
export type Within = { readonly days: number } | { readonly from: string; readonly to: string };

/** A property of the event; dots lead into objects. */
export type PropertyLeaf = { readonly property: string } & Test;
/** A column of the event's context. */
export type ColumnLeaf = { readonly column: keyof EventContext } & Test;
/** A trait of the person. */
export type TraitLeaf = { readonly trait: string } & Test;
/** Reserved: whether the person is in a segment. */
export type SegmentLeaf = { readonly segment: string; readonly in: boolean };
/** What the person did: at least once, or as often as `count` says; ever, or within a time. */
export type DidLeaf = { readonly did: EventSelector; readonly count?: Count | undefined; readonly within?: Within | undefined };

export type Leaf = PropertyLeaf | ColumnLeaf | TraitLeaf | SegmentLeaf | DidLeaf;

/** The condition language: one schema for analyses, segments, journeys and rules. */
export type Condition =
  { readonly all: readonly Condition[] } | { readonly any: readonly Condition[] } | { readonly not: Condition } | Leaf;

/** Events by name (null: any), narrowed by a condition. A virtual event's name stands for the clicks it was given to. */
export type EventSelector = { readonly event: string | null; readonly where?: Condition | undefined };

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

/** What is compared, with what: the number of a measure. */
export type Compared = Count;

/**
 * When, seen from now; days are local to the workspace's zone. `days`: today and the days before it, so many in all. `hours`: the last hours to
 * the instant. `daysAgo`: from so many whole days ago (the nearer one first, 0 is today) to so many, both included. Or local dates, from the first up to and
 * without the second.
 */
export type Within =
  | { readonly days: number }
  | { readonly hours: number }
  | { readonly daysAgo: readonly [number, number] }
  | { readonly from: string; readonly to: string };

/** What of the events is measured by a property of theirs. */
export const PROPERTY_MEASURES = ["sum", "avg", "min", "max", "distinct"] as const;
/** What of the events is measured by when they happened: on how many local days, and the longest run of days one after another. */
export const DAY_MEASURES = ["days", "streak"] as const;
export type PropertyMeasure = { readonly kind: (typeof PROPERTY_MEASURES)[number]; readonly property: string };
export type DayMeasure = { readonly kind: (typeof DAY_MEASURES)[number] };
/** What of someone's events is measured. */
export type Measure = PropertyMeasure | DayMeasure;

/** A property of the event; dots lead into objects, and into the objects of a list. */
export type PropertyLeaf = { readonly property: string } & Test;
/** A column of the event's context. */
export type ColumnLeaf = { readonly column: keyof EventContext } & Test;
/** What is asked of a date or an instant by the day it is on, local to the workspace's zone. */
export type DayTest =
  | { readonly before: string }
  | { readonly after: string }
  /** Seen from today, which is 0: days that are over have a minus. Both ends count. */
  | { readonly dateWithin: { readonly fromDays: number; readonly toDays: number } }
  /** Its day of the year is today or one of the days to come, so many in all. */
  | { readonly anniversary: { readonly withinDays: number } };

export const DAY_TEST_OPS = ["before", "after", "dateWithin", "anniversary"] as const;
export type DayTestOp = (typeof DAY_TEST_OPS)[number];

/** A trait of the person; dots as in properties. */
export type TraitLeaf = { readonly trait: string } & (Test | DayTest);
/** Whether one of the person's ids has a tag now. */
export type TagLeaf = { readonly tag: string; readonly has: boolean };
/** Who falls into a part of everyone by chance: from a percentage up to and without another one. Another seed deals people anew. */
export type ChanceLeaf = { readonly chance: { readonly percent: readonly [number, number]; readonly seed: string } };
/** The person is, or is not, in a segment; `segment` is its id. */
export type SegmentLeaf = { readonly segment: string; readonly in: boolean };
/** Which events of a person a leaf is about. */
type Did = { readonly did: EventSelector<EventCondition> };
/** How often they did it: at least once, or as `count` says; ever, or within a time. */
export type DidTimesLeaf = Did & { readonly count?: Count | undefined; readonly within?: Within | undefined };
/** What these events come to: `measure` of them compared as `is` says. */
export type DidMeasureLeaf = Did & { readonly measure: Measure; readonly is: Compared; readonly within?: Within | undefined };
/** When they did it for the first time of all. */
export type DidFirstLeaf = Did & { readonly first: Within };
/** When they did it for the last time. */
export type DidLastLeaf = Did & { readonly last: Within };
/** What the person did. */
export type DidLeaf = DidTimesLeaf | DidMeasureLeaf | DidFirstLeaf | DidLastLeaf;

/**
 * That the person did some things one after another, each strictly later than the one before: at most so many times 24 hours, or hours, from the first to the last; with
 * nothing of a kind strictly between these two; all of it within a time.
 */
export type SequenceLeaf = {
  readonly sequence: {
    readonly steps: readonly EventSelector<EventCondition>[];
    readonly withinDays?: number | undefined;
    readonly withinHours?: number | undefined;
    readonly without?: EventSelector<EventCondition> | undefined;
    readonly within?: Within | undefined;
  };
};
/** What is told by a person's events alone. */
export type BehaviourLeaf = DidLeaf | SequenceLeaf;

/** What of someone's events people are put in order by: besides what they come to, how many there are. */
export type RankedMeasure = PropertyMeasure | DayMeasure | { readonly kind: "count" };

/**
 * By what people are put in order: the number of a trait, what their events come to within a time, or how many local days ago they last did something. Who has no such
 * number does not count.
 */
export type RankedBy =
  | { readonly trait: string }
  | { readonly did: EventSelector<EventCondition>; readonly measure: RankedMeasure; readonly within?: Within | undefined }
  | { readonly did: EventSelector<EventCondition>; readonly daysSince: "last" };

/** The part of those who count in which somebody stands; docs/decisions/0028-population-conditions.md says where each begins and ends. */
export type Band =
  | { readonly top: Share }
  | { readonly bottom: Share }
  /** From one percentage, counted from the smallest number, up to and without another one. */
  | { readonly quantiles: readonly [number, number] };
/** A percentage of them, or so many of them. */
export type Share = { readonly percent: number } | { readonly people: number };

/** Who is put in order: the members of a segment. `zero`: those of them who did nothing of the kind count as 0. */
export type RankedAmong = { readonly segment: string; readonly zero?: true | undefined };

/** How somebody stands among all people, or among those of a segment. */
export type PopulationLeaf = { readonly population: RankedBy; readonly stands: Band; readonly among?: RankedAmong | undefined };

export type EventLeaf = PropertyLeaf | ColumnLeaf;
export type PersonLeaf = TraitLeaf | TagLeaf | SegmentLeaf | BehaviourLeaf | ChanceLeaf | PopulationLeaf;
export type Leaf = EventLeaf | PersonLeaf;

/** Leaves of one kind, put together. */
export type Tree<L> = { readonly all: readonly Tree<L>[] } | { readonly any: readonly Tree<L>[] } | { readonly not: Tree<L> } | L;

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

/** The selectors of a leaf about what someone did. */
export function selectorsOf(leaf: BehaviourLeaf): readonly EventSelector<EventCondition>[] {
  if ("did" in leaf) return [leaf.did];
  const { steps, without } = leaf.sequence;
  return without === undefined ? steps : [...steps, without];
}

/** The same leaf with its selectors replaced. */
export function mapSelectors<L extends BehaviourLeaf>(
  leaf: L,
  map: (selector: EventSelector<EventCondition>) => EventSelector<EventCondition>,
): L {
  if ("did" in leaf) return { ...leaf, did: map(leaf.did) };
  const { steps, without } = leaf.sequence;
  return { ...leaf, sequence: { ...leaf.sequence, steps: steps.map(map), ...(without === undefined ? {} : { without: map(without) }) } };
}

import {
  foldCondition,
  selectorsOf,
  type BehaviourLeaf,
  type DidLeaf,
  type DidMeasureLeaf,
  type DidTimesLeaf,
  type EventCondition,
  type EventSelector,
  type Measure,
  type Tree,
  type Within,
} from "@terrace/domain/conditions/condition";
import { MEASURED_UNIT } from "@terrace/domain/conditions/measure";
import { countOf } from "@terrace/domain/conditions/did-holds";
import { BOOLEAN } from "@terrace/domain/conditions/matches-event";
import { behaviourHolds } from "@terrace/domain/conditions/matches-person";
import { spanOf, type Span } from "@terrace/domain/conditions/within";
import type { VirtualEvent } from "@terrace/domain/event/virtual-event";
import { ch, type ChStatement } from "../clickhouse.ts";
import { personOfOrigin } from "../person-of-event.ts";
import type { Among } from "./among.ts";
import {
  aggregate,
  measureAsked,
  measureValue,
  timesAsked,
  timesValue,
  type Asked,
  type Counted,
  type MeasuredValue,
  type NameColumn,
  type Reach,
} from "./measure-sql.ts";
import { TOGETHER } from "./person-sql.ts";
import { sequenceAsked } from "./sequence-sql.ts";

/** What the condition on what people did needs to know besides itself. */
export type BehaviourTools = {
  readonly workspaceId: number;
  readonly nowMs: number;
  readonly zone: string;
  readonly virtuals: readonly VirtualEvent[];
  readonly select: (selector: EventSelector<EventCondition>) => ChStatement;
  /** Events that go by one of these names. */
  readonly named: (names: readonly string[]) => ChStatement;
};

export function isBehaviourLeaf(leaf: object): leaf is BehaviourLeaf {
  return "did" in leaf || "sequence" in leaf;
}

/**
 * The condition that a person did what these leaves say: one reading of the events for all of them. Who did nothing of the kind has no row, so what
 * holds for them is asked the other way round.
 */
export function behaviourSql(among: Among, condition: Tree<BehaviourLeaf>, tools: BehaviourTools): ChStatement {
  const holdsWithout = holdsForNobody(condition, tools);
  return among.isIn(behaviourPeopleSql(condition, tools, !holdsWithout), !holdsWithout);
}

/** Whether the condition holds for someone who did nothing of the kind. */
export function holdsForNobody(condition: Tree<BehaviourLeaf>, { nowMs, zone }: BehaviourTools): boolean {
  return foldCondition<BehaviourLeaf, boolean>(condition, {
    ...BOOLEAN,
    leaf: (leaf) => behaviourHolds(leaf, [], { nowMs, zone, virtuals: [] }),
  });
}

/** Of the people who did something of the kind, those who meet the condition, or those who do not; each once, as the column `person`. */
export function behaviourPeopleSql(condition: Tree<BehaviourLeaf>, tools: BehaviourTools, meets: boolean): ChStatement {
  const leaves = distinctLeaves(condition);
  const [only] = leaves.values();
  const alone = leaves.size === 1 && only !== undefined && "did" in only ? only : undefined;
  if (alone !== undefined && condition === alone && isOnceOrMore(alone))
    return ch`select distinct ${personOfId(tools)} as person from (${idsSql([], narrowed(alone, alone.did, tools), tools)})`;
  const asked = new Map([...leaves].map(([key, leaf], at) => [key, askedOf(leaf, { at, alone: leaf === alone, tools })] as const));
  const holds = foldCondition<BehaviourLeaf, ChStatement>(condition, {
    ...TOGETHER,
    leaf: (leaf) => asked.get(keyOf(leaf))?.holds ?? ch`0`,
  });
  const read = alone === undefined ? readFor([...leaves.values()], tools) : narrowed(alone, alone.did, tools);
  const columns = [...asked.values()].flatMap((each) => each.columns);
  return ch`select person from (select *, ${personOfId(tools)} as person from (${idsSql(columns, read, tools)}))
    group by person having ${meets ? holds : ch`not ${holds}`}`;
}

/** Events of one kind, and from when to when. */
export type Kind = { readonly did: EventSelector<EventCondition>; readonly reach: Reach };

/** What the events of a kind come to for each person who did any, as the columns `person` and `measured`. */
export function measuredPeopleSql({ did, reach }: Kind, { columns, value }: MeasuredValue, tools: BehaviourTools): ChStatement {
  const read = ch`(${timeSql(reach)} and ${tools.select(did)})`;
  return ch`select person, ${value} as measured from (select *, ${personOfId(tools)} as person from (${idsSql(columns, read, tools)})) group by person`;
}

/** A leaf that compares a number of events, or what they come to. */
export type NumberLeaf = DidTimesLeaf | DidMeasureLeaf;

/**
 * What some leaves come to for each person who did something of the kinds, as the columns `person` and `amounts`: in the order of the leaves, 0 where there
 * is nothing to measure.
 */
export function amountsSql(leaves: readonly NumberLeaf[], tools: BehaviourTools): ChStatement {
  const measured = leaves.map((leaf, at) => {
    const name: NameColumn = (index) => ({ text: `amount_${at}_${index}`, params: {} });
    const counted = narrowed(leaf, leaf.did, tools);
    if (!("measure" in leaf)) return { ...timesValue(counted, name), unit: 1 };
    const { measure } = leaf;
    return { ...measureValue({ measure, zone: tools.zone, reach: reachOf(leaf, tools) }, counted, name), unit: unitOf(measure) };
  });
  const amounts = measured.map(({ value, unit }): ChStatement => ch`toFloat64(ifNull(${value}, 0)) / ${ch.value("Float64", unit)}`);
  const columns = measured.flatMap((each) => each.columns);
  return ch`select person, [${ch.join(amounts, ", ")}] as amounts from (
      select *, ${personOfId(tools)} as person from (${idsSql(columns, readFor(leaves, tools), tools)})) group by person`;
}

/** Numbers of events are measured in whole millionths, all else in ones. */
function unitOf(measure: Measure): number {
  return "property" in measure && measure.kind !== "distinct" ? MEASURED_UNIT : 1;
}

/** Ids with what was asked of their events; people are looked up once for each id, not for each event. Events of nobody are left out. */
function idsSql(columns: readonly ChStatement[], read: ChStatement, { workspaceId }: BehaviourTools): ChStatement {
  return ch`select ${ch.join([ch`origin_id`, ...columns], ", ")} from events
      where workspace_id = ${ch.value("UInt32", workspaceId)} and origin_id != 0 and ${read} group by origin_id`;
}

/** Whose an id is. The workspace is told as a value: grouping by the id alone is quicker. */
function personOfId({ workspaceId }: BehaviourTools): ChStatement {
  return personOfOrigin(ch`${ch.value("UInt32", workspaceId)}`);
}

/** A leaf that is said twice is asked once. */
function distinctLeaves(condition: Tree<BehaviourLeaf>): ReadonlyMap<string, BehaviourLeaf> {
  const join = (parts: readonly (readonly BehaviourLeaf[])[]): readonly BehaviourLeaf[] => parts.flat();
  const all = foldCondition<BehaviourLeaf, readonly BehaviourLeaf[]>(condition, {
    all: join,
    any: join,
    not: (part) => part,
    leaf: (leaf) => [leaf],
  });
  return new Map(all.map((leaf) => [keyOf(leaf), leaf]));
}

function keyOf(leaf: BehaviourLeaf): string {
  return JSON.stringify(leaf);
}

function isOnceOrMore(leaf: DidLeaf): boolean {
  if ("measure" in leaf || "first" in leaf || "last" in leaf) return false;
  const { op, value } = countOf(leaf);
  return op === "gte" && value === 1;
}

function askedOf(
  leaf: BehaviourLeaf,
  { at, alone, tools }: { readonly at: number; readonly alone: boolean; readonly tools: BehaviourTools },
): Asked {
  const name: NameColumn = (index) => ({ text: `asked_${at}_${index}`, params: {} });
  if ("sequence" in leaf)
    return sequenceAsked(leaf, { counted: (selector) => narrowed(leaf, selector, tools), areApart: areApart(leaf, tools) }, name);
  // All that is read for one leaf alone is what it counts.
  const counted = alone ? undefined : narrowed(leaf, leaf.did, tools);
  if ("first" in leaf) return edgeAsked("min", spanOf(leaf.first, tools.nowMs, tools.zone), { counted, name });
  if ("last" in leaf) return edgeAsked("max", spanOf(leaf.last, tools.nowMs, tools.zone), { counted, name });
  if ("measure" in leaf) return measureAsked({ ...leaf, zone: tools.zone, reach: reachOf(leaf, tools) }, counted, name);
  return timesAsked(countOf(leaf), counted, name);
}

/** Whether no event can be selected by two selectors of a leaf, as their names tell. */
function areApart(leaf: BehaviourLeaf, { virtuals }: BehaviourTools): boolean {
  const names = selectorsOf(leaf).map(({ event }) => event);
  return virtuals.length === 0 && !names.includes(null) && new Set(names).size === names.length;
}

/** When the first or last event was; ids without one are beyond every span. */
function edgeAsked(edge: "min" | "max", { fromMs, toMs }: Span, { counted, name }: { counted: Counted; name: NameColumn }): Asked {
  const at = ch`toUnixTimestamp64Milli(time)`;
  const beyond = ch`${ch.value("Int64", edge === "min" ? "9223372036854775807" : "-9223372036854775807")}`;
  const column =
    counted === undefined
      ? ch`toUnixTimestamp64Milli(${aggregate(edge, ch`time`, undefined)})`
      : aggregate(edge, ch`if(${counted}, ${at}, ${beyond})`, undefined);
  const found = ch`${{ text: edge, params: {} }}(${name(0)})`;
  return {
    columns: [ch`${column} as ${name(0)}`],
    holds: ch`(${found} >= ${ch.value("Int64", fromMs)} and ${found} < ${ch.value("Int64", toMs)})`,
  };
}

/** The events that a leaf counts as what a selector of it says. */
function narrowed(leaf: BehaviourLeaf, selector: EventSelector<EventCondition>, tools: BehaviourTools): ChStatement {
  return ch`(${timeSql(reachOf(leaf, tools))} and ${tools.select(selector)})`;
}

/** Events that could count for one of several leaves, told by their name and time alone. */
function readFor(leaves: readonly BehaviourLeaf[], tools: BehaviourTools): ChStatement {
  const byTime = new Map<string, { readonly time: ChStatement; readonly names: Set<string | null> }>();
  for (const leaf of leaves) {
    const reach = reachOf(leaf, tools);
    const { names, time } = byTime.get(JSON.stringify(reach)) ?? { names: new Set(), time: timeSql(reach) };
    for (const { event } of selectorsOf(leaf)) names.add(event);
    byTime.set(JSON.stringify(reach), { time, names });
  }
  const parts = [...byTime.values()].map(({ time, names }) => {
    const known = [...names].filter((name) => name !== null);
    return known.length < names.size ? time : ch`(${time} and ${tools.named(known)})`;
  });
  return ch`(${ch.join(parts, " or ")})`;
}

/** How far back, and up to when, events can matter: for the first of all none after the time in question does, for the last none before. */
function reachOf(leaf: BehaviourLeaf, { nowMs, zone }: BehaviourTools): Reach {
  const span = (within: Within): Span => spanOf(within, nowMs, zone);
  if ("sequence" in leaf) return leaf.sequence.within === undefined ? {} : span(leaf.sequence.within);
  if ("first" in leaf) return { toMs: span(leaf.first).toMs };
  if ("last" in leaf) return { fromMs: span(leaf.last).fromMs };
  return leaf.within === undefined ? {} : span(leaf.within);
}

function timeSql({ fromMs, toMs }: Reach): ChStatement {
  const parts = [
    ...(fromMs === undefined ? [] : [ch`time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)})`]),
    ...(toMs === undefined ? [] : [ch`time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`]),
  ];
  return parts.length === 0 ? ch`1` : ch.join(parts, " and ");
}

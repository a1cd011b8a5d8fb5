import {
  TEST_OPS,
  type ColumnLeaf,
  type Compared,
  type Condition,
  type CountOp,
  type DayTest,
  type DidLeaf,
  type EventCondition,
  type EventSelector,
  type Leaf,
  type Measure,
  type PropertyLeaf,
  type Scalar,
  type SequenceLeaf,
  type Test,
  type TestOp,
  type TraitLeaf,
  type Within,
  type Band,
  type PopulationLeaf,
  type RankedBy,
  type RankedMeasure,
} from "./condition.ts";
import type { EventContext } from "../event/feed-event.ts";
import { isDayTest } from "./day-test.ts";
import { countOf } from "./did-holds.ts";

/** What a line is about: the console has the names that people know it by. Of a segment it is the id. */
export type ExplainedField =
  | { readonly kind: "property" | "trait" | "event" | "segment"; readonly name: string }
  | { readonly kind: "column"; readonly name: keyof EventContext };

/**
 * One line of a condition in words. `key` is the console's, after `condition.`; `depth` says how far it is indented, and so which lines
 * belong under which. `params` go into the words.
 */
export type ConditionLine = {
  readonly key: ConditionLineKey;
  readonly depth: number;
  readonly field?: ExplainedField;
  readonly values: readonly Scalar[];
  readonly params: Readonly<Record<string, string | number>>;
  /** With what a measure is compared. */
  readonly compared?: Compared;
};

/** What a line says; the console has words for each, in each language. */
export type ConditionLineKey =
  | "all"
  | "any"
  | "not"
  | TestOp
  | "isNotSet"
  | "before"
  | "after"
  | "anniversary"
  | "onToday"
  | "daysAhead"
  | "daysPast"
  | "daysAround"
  | "chance"
  | "hasTag"
  | "hasNoTag"
  | "inSegment"
  | "notInSegment"
  | "did"
  | "didNot"
  | `did.${CountOp}`
  | `measure.${Measure["kind"]}`
  | "first"
  | "last"
  | "sequence"
  | "sequence.step"
  | "sequence.days"
  | "sequence.hours"
  | "sequence.without"
  | "withinDays"
  | "withinHours"
  | "withinDaysAgo"
  | "withinDates"
  | "where"
  | `population.${RankedMeasure["kind"] | "trait" | "daysSince"}`
  | `stands.${"top" | "bottom"}.${"percent" | "people"}`
  | "stands.quantiles"
  | "among"
  | "amongWithZero";

/** A condition line by line. */
export function explainCondition(condition: Condition, depth = 0): readonly ConditionLine[] {
  const under = (parts: readonly Condition[]): readonly ConditionLine[] => parts.flatMap((part) => explainCondition(part, depth + 1));
  if ("all" in condition) return [line("all", depth), ...under(condition.all)];
  if ("any" in condition) return [line("any", depth), ...under(condition.any)];
  if ("not" in condition) return [line("not", depth), ...under([condition.not])];
  return explainLeaf(condition, depth);
}

function explainLeaf(leaf: Leaf, depth: number): readonly ConditionLine[] {
  if ("did" in leaf) return explainDid(leaf, depth);
  if ("sequence" in leaf) return explainSequence(leaf, depth);
  if ("segment" in leaf)
    return [{ ...line(leaf.in ? "inSegment" : "notInSegment", depth), field: { kind: "segment", name: leaf.segment } }];
  if ("tag" in leaf) return [line(leaf.has ? "hasTag" : "hasNoTag", depth, { tag: leaf.tag })];
  if ("chance" in leaf) {
    const { percent, seed } = leaf.chance;
    return [line("chance", depth, { from: percent[0], to: percent[1], seed })];
  }
  if ("population" in leaf) return explainPopulation(leaf, depth);
  if (isDayTest(leaf)) return [{ ...dayLine(leaf, depth), field: fieldOf(leaf) }];
  return [{ ...line(testKey(leaf), depth), field: fieldOf(leaf), values: valuesOf(leaf) }];
}

/** By what people are put in order; then where one must stand, among whom, and which events count. */
function explainPopulation({ population: by, stands, among }: PopulationLeaf, depth: number): readonly ConditionLine[] {
  const within = "within" in by ? by.within : undefined;
  return [
    rankedLine(by, depth),
    standsLine(stands, depth + 1),
    ...(among === undefined
      ? []
      : [
          {
            ...line(among.zero === true ? "amongWithZero" : "among", depth + 1),
            field: { kind: "segment", name: among.segment } as const,
          },
        ]),
    ...(within === undefined ? [] : [withinLine(within, depth + 1)]),
    ...("did" in by ? whereLines(by.did, depth + 1) : []),
  ];
}

function rankedLine(by: RankedBy, depth: number): ConditionLine {
  if ("trait" in by) return { ...line("population.trait", depth), field: { kind: "trait", name: by.trait } };
  if ("daysSince" in by) return { ...line("population.daysSince", depth), ...eventField(by.did) };
  const { measure } = by;
  const params = "property" in measure ? { property: measure.property } : {};
  return { ...line(`population.${measure.kind}`, depth, params), ...eventField(by.did) };
}

function standsLine(stands: Band, depth: number): ConditionLine {
  if ("quantiles" in stands) return line("stands.quantiles", depth, { from: stands.quantiles[0], to: stands.quantiles[1] });
  const [side, share] = "top" in stands ? (["top", stands.top] as const) : (["bottom", stands.bottom] as const);
  return "people" in share
    ? line(`stands.${side}.people`, depth, { count: share.people })
    : line(`stands.${side}.percent`, depth, { percent: share.percent });
}

function dayLine(test: DayTest, depth: number): ConditionLine {
  if ("before" in test) return line("before", depth, { date: test.before });
  if ("after" in test) return line("after", depth, { date: test.after });
  if ("anniversary" in test) return line("anniversary", depth, { count: test.anniversary.withinDays });
  const { fromDays, toDays } = test.dateWithin;
  if (fromDays === 0 && toDays === 0) return line("onToday", depth);
  if (fromDays >= 0) return line("daysAhead", depth, { from: fromDays, to: toDays });
  if (toDays <= 0) return line("daysPast", depth, { from: -fromDays, to: -toDays });
  return line("daysAround", depth, { before: -fromDays, after: toDays });
}

function explainSequence({ sequence }: SequenceLeaf, depth: number): readonly ConditionLine[] {
  const { steps, withinDays, withinHours, without, within } = sequence;
  const chosen = (head: ConditionLine, selector: EventSelector<EventCondition>): readonly ConditionLine[] => [
    { ...head, ...eventField(selector) },
    ...whereLines(selector, depth + 2),
  ];
  return [
    line("sequence", depth),
    ...steps.flatMap((step, index) => chosen(line("sequence.step", depth + 1, { number: index + 1 }), step)),
    ...(withinDays === undefined ? [] : [line("sequence.days", depth + 1, { count: withinDays })]),
    ...(withinHours === undefined ? [] : [line("sequence.hours", depth + 1, { count: withinHours })]),
    ...(without === undefined ? [] : chosen(line("sequence.without", depth + 1), without)),
    ...(within === undefined ? [] : [withinLine(within, depth + 1)]),
  ];
}

function eventField({ event }: EventSelector<EventCondition>) {
  return event === null ? {} : { field: { kind: "event", name: event } as const };
}

function whereLines({ where }: EventSelector<EventCondition>, depth: number): readonly ConditionLine[] {
  return where === undefined ? [] : [line("where", depth), ...explainCondition(where, depth + 1)];
}

function explainDid(leaf: DidLeaf, depth: number): readonly ConditionLine[] {
  const within = "first" in leaf ? leaf.first : "last" in leaf ? leaf.last : leaf.within;
  return [
    { ...didHead(leaf, depth), ...eventField(leaf.did) },
    ...(within === undefined ? [] : [withinLine(within, depth + 1)]),
    ...whereLines(leaf.did, depth + 1),
  ];
}

function didHead(leaf: DidLeaf, depth: number): ConditionLine {
  if ("first" in leaf) return line("first", depth);
  if ("last" in leaf) return line("last", depth);
  if ("measure" in leaf) {
    const { measure, is } = leaf;
    return { ...line(`measure.${measure.kind}`, depth, "property" in measure ? { property: measure.property } : {}), compared: is };
  }
  const { op, value } = countOf(leaf);
  if (op === "gte" && value === 1) return line("did", depth);
  const never = op === "lt" ? value === 1 : op !== "gt" && op !== "gte" && value === 0;
  return never ? line("didNot", depth) : line(`did.${op}`, depth, { count: value });
}

function withinLine(within: Within, depth: number): ConditionLine {
  if ("days" in within) return line("withinDays", depth, { count: within.days });
  if ("hours" in within) return line("withinHours", depth, { count: within.hours });
  if ("daysAgo" in within) return line("withinDaysAgo", depth, { near: within.daysAgo[0], far: within.daysAgo[1] });
  return line("withinDates", depth, { from: within.from, to: within.to });
}

function line(key: ConditionLine["key"], depth: number, params: ConditionLine["params"] = {}): ConditionLine {
  return { key, depth, values: [], params };
}

function testKey(test: Test): ConditionLine["key"] {
  if ("isSet" in test && !test.isSet) return "isNotSet";
  const op = TEST_OPS.find((each) => each in test);
  if (op === undefined) throw new TypeError("a leaf without a test");
  return op;
}

function fieldOf(leaf: PropertyLeaf | ColumnLeaf | TraitLeaf): ExplainedField {
  if ("column" in leaf) return { kind: "column", name: leaf.column };
  return "property" in leaf ? { kind: "property", name: leaf.property } : { kind: "trait", name: leaf.trait };
}

function valuesOf(test: Test): readonly Scalar[] {
  if ("isSet" in test) return [];
  const values: unknown = Object.entries(test).find(([key]) => TEST_OPS.some((op) => op === key))?.[1];
  return Array.isArray(values) ? (values as readonly Scalar[]) : [values as Scalar];
}

import {
  TEST_OPS,
  type Condition,
  type CountOp,
  type DidLeaf,
  type Leaf,
  type Scalar,
  type SegmentLeaf,
  type Test,
  type TestOp,
} from "./condition.ts";
import type { EventContext } from "../event/feed-event.ts";
import { countOf } from "./matches-person.ts";

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
};

/** What a line says; the console has words for each, in each language. */
export type ConditionLineKey =
  | "all"
  | "any"
  | "not"
  | TestOp
  | "isNotSet"
  | "inSegment"
  | "notInSegment"
  | "did"
  | `did.${CountOp}`
  | "withinDays"
  | "withinDates"
  | "where";

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
  if ("segment" in leaf)
    return [{ ...line(leaf.in ? "inSegment" : "notInSegment", depth), field: { kind: "segment", name: leaf.segment } }];
  return [{ ...line(testKey(leaf), depth), field: fieldOf(leaf), values: valuesOf(leaf) }];
}

function explainDid(leaf: DidLeaf, depth: number): readonly ConditionLine[] {
  const { did, within } = leaf;
  const { op, value } = countOf(leaf);
  const isOnce = op === "gte" && value === 1;
  const head = isOnce ? line("did", depth) : line(`did.${op}`, depth, { count: value });
  return [
    { ...head, ...(did.event === null ? {} : { field: { kind: "event", name: did.event } as const }) },
    ...(within === undefined
      ? []
      : [
          "days" in within
            ? line("withinDays", depth + 1, { count: within.days })
            : line("withinDates", depth + 1, { from: within.from, to: within.to }),
        ]),
    ...(did.where === undefined ? [] : [line("where", depth + 1), ...explainCondition(did.where, depth + 2)]),
  ];
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

function fieldOf(leaf: Exclude<Leaf, DidLeaf | SegmentLeaf>): ExplainedField {
  if ("column" in leaf) return { kind: "column", name: leaf.column };
  return "property" in leaf ? { kind: "property", name: leaf.property } : { kind: "trait", name: leaf.trait };
}

function valuesOf(test: Test): readonly Scalar[] {
  if ("isSet" in test) return [];
  const values: unknown = Object.entries(test).find(([key]) => TEST_OPS.some((op) => op === key))?.[1];
  return Array.isArray(values) ? (values as readonly Scalar[]) : [values as Scalar];
}

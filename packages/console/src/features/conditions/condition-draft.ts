import {
  TEST_OPS,
  type ColumnLeaf,
  type Condition,
  type CountOp,
  type DidTimesLeaf,
  type PropertyLeaf,
  type Scalar,
  type Test,
  type TestOp,
} from "@terrace/domain/conditions/condition";
import type { FieldKind, FieldOption } from "./use-field-options.ts";

/** How the parts of a group hold together: all of them, at least one, or none. */
export type Join = "all" | "any" | "none";
export const JOINS = ["all", "any", "none"] as const satisfies readonly Join[];
export type Group = { readonly join: Join; readonly parts: readonly Condition[] };

/** A leaf that tests a value: of an event or a trait. */
export type TestLeaf = PropertyLeaf | ColumnLeaf | ({ readonly trait: string } & Test);
/** What can be chosen between field and value; "is not known" is the other side of `isSet`. */
export type ShownOp = TestOp | "isNotSet";

export function isGroup(condition: Condition): boolean {
  return "all" in condition || "any" in condition || "not" in condition;
}

/** A test of a value that the builder can change. */
export function isTest(condition: Condition): condition is TestLeaf {
  return ("property" in condition || "column" in condition || "trait" in condition) && TEST_OPS.some((op) => op in condition);
}

/** A condition as a group; one leaf is a group of itself. */
export function groupOf(condition: Condition | undefined): Group {
  if (condition === undefined) return { join: "all", parts: [] };
  if ("all" in condition) return { join: "all", parts: condition.all };
  if ("any" in condition) return { join: "any", parts: condition.any };
  if (!("not" in condition)) return { join: "all", parts: [condition] };
  const inner = condition.not;
  return { join: "none", parts: "any" in inner ? inner.any : [inner] };
}

/** The condition of a group; undefined without parts. One part alone needs no group around it. */
export function conditionOf({ join, parts }: Group): Condition | undefined {
  const [only] = parts;
  if (only === undefined) return undefined;
  if (join === "none") return { not: { any: parts } };
  if (parts.length === 1 && !isGroup(only)) return only;
  return join === "all" ? { all: parts } : { any: parts };
}

/** The same group with a part replaced, or taken out. */
export function withPart(group: Group, at: number, part: Condition | undefined): Group {
  return { ...group, parts: group.parts.flatMap((each, i) => (i === at ? (part === undefined ? [] : [part]) : [each])) };
}

const OPS: Readonly<Record<FieldOption["type"], readonly ShownOp[]>> = {
  text: ["is", "isNot", "contains", "containsNot", "startsWith", "endsWith", "isSet", "isNotSet"],
  number: ["is", "isNot", "gt", "gte", "lt", "lte", "between", "isSet", "isNotSet"],
  boolean: ["is", "isNot", "isSet", "isNotSet"],
  unknown: ["is", "isNot", "contains", "containsNot", "startsWith", "endsWith", "gt", "gte", "lt", "lte", "between", "isSet", "isNotSet"],
};
/** Values behind tokens can only be asked for as a whole. */
const PERSONAL_OPS: readonly ShownOp[] = ["is", "isNot", "isSet", "isNotSet"];

/** What may be asked of a field; nothing is hidden of what a leaf asks already. */
export function opsOf(field: Pick<FieldOption, "type" | "personal"> | undefined, now: ShownOp): readonly ShownOp[] {
  const offered = field?.personal === true ? PERSONAL_OPS : OPS[field?.type ?? "unknown"];
  return offered.includes(now) ? offered : [...offered, now];
}

export function opOf(leaf: TestLeaf): ShownOp {
  if ("isSet" in leaf && !leaf.isSet) return "isNotSet";
  return TEST_OPS.find((op) => op in leaf) ?? "is";
}

/** What a leaf is about. */
export function subjectOf(leaf: TestLeaf): { readonly kind: FieldKind; readonly name: string } {
  if ("column" in leaf) return { kind: "column", name: leaf.column };
  return "property" in leaf ? { kind: "property", name: leaf.property } : { kind: "trait", name: leaf.trait };
}

function testOf(leaf: TestLeaf): Readonly<Record<string, unknown>> {
  const op = TEST_OPS.find((each) => each in leaf);
  return op === undefined ? { is: [] } : { [op]: (leaf as Readonly<Record<string, unknown>>)[op] };
}

// A leaf is a subject and a test; the compiler cannot put the union together from computed parts.
function leafOf(subject: { readonly kind: FieldKind; readonly name: string }, test: object): TestLeaf {
  return { [subject.kind]: subject.name, ...test } as unknown as TestLeaf;
}

/** The same question of another field. */
export function withField(leaf: TestLeaf, subject: { readonly kind: FieldKind; readonly name: string }): TestLeaf {
  return leafOf(subject, testOf(leaf));
}

/** Another question of the same field; what was typed stays where it fits. */
export function withOp(leaf: TestLeaf, op: ShownOp): TestLeaf {
  return leafOf(subjectOf(leaf), testFor(op, valuesOf(leaf)));
}

/** The same question with other values. */
export function withValues(leaf: TestLeaf, values: readonly Scalar[]): TestLeaf {
  return leafOf(subjectOf(leaf), testFor(opOf(leaf), values));
}

/** Between two numbers; a range with an end missing waits for it and is not asked before. */
export function withRange(leaf: TestLeaf, low: number | null = null, high: number | null = null): TestLeaf {
  return leafOf(subjectOf(leaf), { between: [low, high] });
}

/** The values of a leaf, as many as there are. */
export function valuesOf(leaf: TestLeaf): readonly Scalar[] {
  const [value] = Object.values(testOf(leaf));
  if (typeof value === "boolean") return [];
  return (Array.isArray(value) ? value : [value]).filter((one): one is Scalar => one !== null && one !== undefined && one !== "");
}

function testFor(op: ShownOp, values: readonly Scalar[]): object {
  if (op === "isSet" || op === "isNotSet") return { isSet: op === "isSet" };
  if (op === "is" || op === "isNot") return { [op]: values };
  const [first, second] = values;
  if (op === "between") return { between: [numberIn(first), numberIn(second)] };
  if (ORDER_OPS.includes(op)) return { [op]: numberIn(first) };
  return { [op]: first === undefined ? "" : String(first) };
}

const ORDER_OPS: readonly ShownOp[] = ["gt", "gte", "lt", "lte"];

/** Null is a number that is still to be typed. */
function numberIn(value: Scalar | undefined): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** A typed value: where numbers may be meant, one that is written as a number is one (5 then also finds 5.0). */
export function scalarOf(typed: string, type: FieldOption["type"]): Scalar {
  if (type === "boolean" && (typed === "true" || typed === "false")) return typed === "true";
  return type !== "text" && String(Number(typed)) === typed ? Number(typed) : typed;
}

/** A leaf to begin with. */
export function newLeaf(kind: FieldKind): TestLeaf {
  return leafOf({ kind, name: "" }, { is: [] });
}

/** "Did it at least once" to begin with. */
export function newDid(event: string | null): DidTimesLeaf {
  return { did: { event }, count: { op: "gte", value: 1 } };
}

export const COUNT_WORDS: readonly CountOp[] = ["gte", "gt", "eq", "lte", "lt"];

import type { FlagRuleInput } from "@terrace/contract/api/flag-parts";

type Condition = FlagRuleInput["condition"];
type Operand = Condition[string];

/** Comparisons that a line can make; `is` is a plain value, which clients compare loosely. */
export const LINE_OPERATORS = [
  "is",
  "$eq",
  "$ne",
  "$in",
  "$nin",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$exists",
  "$regex",
  "$veq",
  "$vgt",
  "$vgte",
  "$vlt",
  "$vlte",
] as const;
export type LineOperator = (typeof LINE_OPERATORS)[number];
export const OPERAND_TYPES = ["text", "number", "boolean"] as const;
export type OperandType = (typeof OPERAND_TYPES)[number];

/** One attribute and what is asked of it, as the form holds it. */
export type ConditionLine = {
  readonly attribute: string;
  readonly operator: LineOperator;
  readonly type: OperandType;
  /** As written; comparisons that take no list have one. */
  readonly values: readonly string[];
};

export const isList = (operator: LineOperator): boolean => operator === "$in" || operator === "$nin";
/** The type of value an operator takes; undefined where any is right. */
export function typeOf(operator: LineOperator): OperandType | undefined {
  if (operator === "$exists") return "boolean";
  return operator === "$regex" || operator.startsWith("$v") ? "text" : undefined;
}

/** The lines of a condition that are all to be met; undefined where it is nested and has no such form. */
export function linesOf(condition: Condition): readonly ConditionLine[] | undefined {
  const { $and: parts, ...others } = condition;
  if (Array.isArray(parts) && parts.length > 0 && Object.keys(others).length === 0) {
    const each = parts.map((part) => (isObject(part) && !Object.hasOwn(part, "$and") ? linesOf(part) : undefined));
    return each.every((lines) => lines !== undefined && lines.length > 0) ? each.flatMap((lines) => lines ?? []) : undefined;
  }
  const lines = Object.entries(condition).map(([attribute, asked]) =>
    attribute.startsWith("$") ? undefined : linesOfAsked(attribute, asked),
  );
  return lines.every((line) => line !== undefined) ? lines.flatMap((line) => line ?? []) : undefined;
}

function linesOfAsked(attribute: string, asked: Operand): readonly ConditionLine[] | undefined {
  if (!isObject(asked)) {
    const line = lineOf(attribute, "is", asked);
    return line === undefined ? undefined : [line];
  }
  const lines = Object.entries(asked).map(([name, operand]) => {
    const operator = LINE_OPERATORS.find((one) => one !== "is" && one === name);
    return operator === undefined ? undefined : lineOf(attribute, operator, operand);
  });
  return lines.length > 0 && lines.every((line) => line !== undefined) ? lines.flatMap((line) => line ?? []) : undefined;
}

function lineOf(attribute: string, operator: LineOperator, operand: Operand): ConditionLine | undefined {
  const values = isList(operator) ? (Array.isArray(operand) ? operand : []) : [operand];
  const [type, ...others] = [...new Set(values.map(operandType))];
  if (type === undefined || others.length > 0 || (typeOf(operator) ?? type) !== type) return undefined;
  return { attribute, operator, type, values: values.map(String) };
}

function operandType(value: Operand): OperandType | undefined {
  if (typeof value === "string") return "text";
  return typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : undefined;
}

function isObject(value: Operand): value is Condition {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The condition that all lines make; undefined while one is not whole. */
export function conditionOf(lines: readonly ConditionLine[]): Condition | undefined {
  const parts = lines.map(partOf);
  if (!parts.every((part) => part !== undefined)) return undefined;
  const attributes = new Set(lines.map(({ attribute }) => attribute));
  // One attribute asked about twice would be one name twice.
  return attributes.size === lines.length ? Object.fromEntries(parts) : { $and: parts.map((part) => Object.fromEntries([part])) };
}

/** The attributes that lines name, those with dots inside one another, the last of a name; undefined while a line is not whole. */
export function attributesOf(lines: readonly ConditionLine[]): Condition | undefined {
  const named = lines.flatMap((line) => Object.entries(conditionOf([{ ...line, operator: "is" }]) ?? {}));
  if (named.length < lines.length) return undefined;
  return named.reduce<Condition>((attributes, [path, value]) => withAt(attributes, path.split("."), value), {});
}

function withAt(attributes: Condition, [name = "", ...inside]: readonly string[], value: Operand): Condition {
  if (inside.length === 0) return { ...attributes, [name]: value };
  const inner = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return { ...attributes, [name]: withAt(inner !== undefined && isObject(inner) ? inner : {}, inside, value) };
}

function partOf({ attribute, operator, type, values }: ConditionLine): readonly [string, Operand] | undefined {
  const operands = values.map((value) => operandOf(type, value));
  const [first] = operands;
  if (attribute.trim() === "" || attribute.startsWith("$") || first === undefined || operands.includes(undefined)) return undefined;
  if (operator === "is") return [attribute, first];
  return [attribute, { [operator]: isList(operator) ? operands.flatMap((operand) => (operand === undefined ? [] : [operand])) : first }];
}

function operandOf(type: OperandType, value: string): string | number | boolean | undefined {
  if (type === "text") return value;
  if (type === "boolean") return value === "true";
  return value.trim() === "" || !Number.isFinite(Number(value)) ? undefined : Number(value);
}

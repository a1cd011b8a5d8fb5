import { hasOwn, isJsonObject, type Json, type JsonObject } from "../json.ts";
import { MATCHED_LENGTH_MAX } from "./check-pattern.ts";
import { looseNumber, looseOrder, looseText, versionText } from "./loose-values.ts";

/**
 * Whether attributes meet a condition in the form of a MongoDB query, as GrowthBook's clients judge it, missing values and mixed types included: whoever evaluates
 * on their own machine must come to the same. Saved groups are not known here; segments are an attribute. Operators nobody knows are met by nobody.
 */
export function meetsCondition(attributes: Json, condition: JsonObject): boolean {
  return Object.entries(condition).every(([key, asked]) => {
    if (key === "$or") return someOf(attributes, asked);
    if (key === "$nor") return !someOf(attributes, asked);
    if (key === "$and") return listOf(asked).every((part) => isJsonObject(part) && meetsCondition(attributes, part));
    if (key === "$not") return isJsonObject(asked) && !meetsCondition(attributes, asked);
    return meetsValue(asked, valueAt(attributes, key), false);
  });
}

function someOf(attributes: Json, asked: Json): boolean {
  const parts = listOf(asked);
  return parts.length === 0 || parts.some((part) => isJsonObject(part) && meetsCondition(attributes, part));
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value at a path with dots; null when there is none. */
function valueAt(attributes: Json, path: string): Json {
  let current: unknown = attributes;
  for (const part of path.split(".")) {
    if (typeof current !== "object" || current === null || !hasOwn(current, part)) return null;
    current = Reflect.get(current, part);
  }
  // Whatever is inside JSON is JSON; what was left undefined is missing.
  return (current ?? null) as Json;
}

function meetsValue(asked: Json, value: Json, ignoresCase: boolean): boolean {
  if (typeof asked === "string") return ignoresCase ? looseText(value).toLowerCase() === asked.toLowerCase() : looseText(value) === asked;
  if (typeof asked === "number") return looseNumber(value) === asked;
  if (typeof asked === "boolean") return value !== null && Boolean(value) === asked;
  if (asked === null) return value === null;
  if (!isOperators(asked)) return JSON.stringify(value) === JSON.stringify(asked);
  return Object.entries(asked).every(([operator, operand]) => meetsOperator(operator, value, operand));
}

/** An object of nothing but operators. */
export function isOperators(value: Json): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith("$"));
}

type Operator = (value: Json, operand: Json) => boolean;

const order =
  (holds: (order: number) => boolean): Operator =>
  (value, operand) =>
    holds(looseOrder(value, operand));
const version =
  (holds: (a: string, b: string) => boolean): Operator =>
  (value, operand) =>
    holds(versionText(value), versionText(operand));
const among =
  (ignoresCase: boolean, wanted: boolean): Operator =>
  (value, operand) =>
    Array.isArray(operand) && isAmong(value, operand, ignoresCase) === wanted;
const all =
  (ignoresCase: boolean): Operator =>
  (value, operand) =>
    Array.isArray(operand) &&
    Array.isArray(value) &&
    operand.every((asked: Json) => value.some((part: Json) => meetsValue(asked, part, ignoresCase)));

const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: (value, operand) => value === operand,
  $ne: (value, operand) => value !== operand,
  $lt: order((by) => by < 0),
  $lte: order((by) => by <= 0),
  $gt: order((by) => by > 0),
  $gte: order((by) => by >= 0),
  $veq: version((a, b) => a === b),
  $vne: version((a, b) => a !== b),
  $vlt: version((a, b) => a < b),
  $vlte: version((a, b) => a <= b),
  $vgt: version((a, b) => a > b),
  $vgte: version((a, b) => a >= b),
  $exists: (value, operand) => (value !== null) === Boolean(operand),
  $in: among(false, true),
  $ini: among(true, true),
  $nin: among(false, false),
  $nini: among(true, false),
  $all: all(false),
  $alli: all(true),
  $not: (value, operand) => !meetsValue(operand, value, false),
  $size: (value, operand) => Array.isArray(value) && meetsValue(operand, value.length, false),
  $elemMatch: (value, operand) => Array.isArray(value) && value.some((part: Json) => matchesElement(part, operand)),
  $regex: (value, operand) => matchesPattern(value, operand, ""),
  $regexi: (value, operand) => matchesPattern(value, operand, "i"),
  $type: (value, operand) => typeName(value) === operand,
};

/** Operators that a condition on a value can use. */
export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

function meetsOperator(name: string, value: Json, operand: Json): boolean {
  return hasOwn(OPERATORS, name) && OPERATORS[name]?.(value, operand) === true;
}

function isAmong(value: Json, list: readonly Json[], ignoresCase: boolean): boolean {
  const folded = (one: Json): Json => (ignoresCase && typeof one === "string" ? one.toLowerCase() : one);
  const wanted = list.map(folded);
  return Array.isArray(value) ? value.some((one: Json) => wanted.includes(folded(one))) : wanted.includes(folded(value));
}

function matchesElement(part: Json, operand: Json): boolean {
  if (part === null || !isJsonObject(operand)) return false;
  return isOperators(operand) ? meetsValue(operand, part, false) : meetsCondition(part, operand);
}

function typeName(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

const PATTERNS_MAX = 1_000;
const patterns = new Map<string, RegExp | null>();

function matchesPattern(value: Json, source: Json, flags: "" | "i"): boolean {
  if (typeof source !== "string") return false;
  const text = looseText(value);
  return text.length <= MATCHED_LENGTH_MAX && patternOf(source, flags)?.test(text) === true;
}

/** Compiled once; null for what is no pattern. */
function patternOf(source: string, flags: "" | "i"): RegExp | null {
  const key = `${flags}/${source}`;
  const known = patterns.get(key);
  if (known !== undefined) return known;
  if (patterns.size >= PATTERNS_MAX) patterns.clear();
  const compiled = compile(source, flags);
  patterns.set(key, compiled);
  return compiled;
}

function compile(source: string, flags: "" | "i"): RegExp | null {
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

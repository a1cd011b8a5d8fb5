import type { Json, JsonObject } from "../json.ts";
import { TEST_OPS, type Scalar, type Test, type TestOp } from "./condition.ts";
import { refuse, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** UTF-16 code units of a text that values are compared with. */
export const CONDITION_TEXT_MAX = 255;
/** Values of one list. */
export const CONDITION_LIST_MAX = 100;

type Place = { readonly path: string; readonly subject: string };

/** Reads what a leaf asks of its value: exactly one of `TEST_OPS` beside its subject. */
export function readTest(json: JsonObject, { path, subject }: Place, reading: Reading): Test | undefined {
  const keys = Object.keys(json).filter((key) => key !== subject);
  const [key] = keys;
  const op = TEST_OPS.find((each) => each === key);
  if (key === undefined || keys.length > 1)
    return refuse(reading, path, mendOf("oneTest", { beside: subject, choices: TEST_OPS.join(", ") }));
  if (op === undefined) return refuse(reading, `${path}.${key}`, mendOf("oneOf", { choices: TEST_OPS.join(", ") }));
  return READERS[op](json[op], `${path}.${op}`, reading);
}

type Reader = (json: Json | undefined, path: string, reading: Reading) => Test | undefined;

const READERS: { readonly [Op in TestOp]: Reader } = {
  is: (json, path, reading) => having(readValues(json, path, reading), (is) => ({ is })),
  isNot: (json, path, reading) => having(readValues(json, path, reading), (isNot) => ({ isNot })),
  contains: (json, path, reading) => having(readPart(json, path, reading), (contains) => ({ contains })),
  containsNot: (json, path, reading) => having(readPart(json, path, reading), (containsNot) => ({ containsNot })),
  startsWith: (json, path, reading) => having(readPart(json, path, reading), (startsWith) => ({ startsWith })),
  endsWith: (json, path, reading) => having(readPart(json, path, reading), (endsWith) => ({ endsWith })),
  gt: (json, path, reading) => having(readNumber(json, path, reading), (gt) => ({ gt })),
  gte: (json, path, reading) => having(readNumber(json, path, reading), (gte) => ({ gte })),
  lt: (json, path, reading) => having(readNumber(json, path, reading), (lt) => ({ lt })),
  lte: (json, path, reading) => having(readNumber(json, path, reading), (lte) => ({ lte })),
  between: (json, path, reading) => having(readRange(json, path, reading), (between) => ({ between })),
  isSet: (json, path, reading) => (typeof json === "boolean" ? { isSet: json } : refuse(reading, path, mendOf("trueOrFalse"))),
};

function having<T>(value: T | undefined, make: (value: T) => Test): Test | undefined {
  return value === undefined ? undefined : make(value);
}

function readValues(json: Json | undefined, path: string, reading: Reading): readonly Scalar[] | undefined {
  if (!Array.isArray(json) || json.length === 0) return refuse(reading, path, mendOf("valueList"));
  if (json.length > CONDITION_LIST_MAX)
    return refuse(reading, path, mendOf("valuesMost", { max: CONDITION_LIST_MAX }), "condition.too_large");
  const values = (json as readonly Json[]).map((each, index) => readValue(each, `${path}[${index}]`, reading));
  return reading.fault === undefined ? values.filter((each) => each !== undefined) : undefined;
}

function readValue(json: Json, path: string, reading: Reading): Scalar | undefined {
  if (typeof json === "boolean") return json;
  if (typeof json === "number") return readNumber(json, path, reading);
  return isText(json) ? json : refuse(reading, path, mendOf("scalar", { max: CONDITION_TEXT_MAX }));
}

function readPart(json: Json | undefined, path: string, reading: Reading): string | undefined {
  return isText(json) && json !== "" ? json : refuse(reading, path, mendOf("text", { max: CONDITION_TEXT_MAX }));
}

function isText(json: Json | undefined): json is string {
  return typeof json === "string" && json.length <= CONDITION_TEXT_MAX && json.isWellFormed() && !json.includes("\u0000");
}

/** Minus nought is nought: the engine tells them apart in places. */
function readNumber(json: Json | undefined, path: string, reading: Reading): number | undefined {
  if (typeof json !== "number" || !Number.isFinite(json)) return refuse(reading, path, mendOf("number"));
  if (Number.isInteger(json) && !Number.isSafeInteger(json)) return refuse(reading, path, mendOf("largeNumber"));
  return json === 0 ? 0 : json;
}

function readRange(json: Json | undefined, path: string, reading: Reading): readonly [number, number] | undefined {
  if (!Array.isArray(json) || json.length !== 2) return refuse(reading, path, mendOf("range"));
  const [from, to] = (json as readonly Json[]).map((each, index) => readNumber(each, `${path}[${index}]`, reading));
  if (from === undefined || to === undefined) return undefined;
  return from <= to ? [from, to] : refuse(reading, path, mendOf("range"));
}

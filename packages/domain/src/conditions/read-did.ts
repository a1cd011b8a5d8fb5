import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import {
  COUNT_OPS,
  DAY_MEASURES,
  PROPERTY_MEASURES,
  type Compared,
  type Count,
  type DidLeaf,
  type EventCondition,
  type EventSelector,
  type Measure,
} from "./condition.ts";
import { MEASURED_MAX } from "./measure.ts";
import { isPath, PATH_MEND } from "./read-path.ts";
import { readWithin } from "./read-within.ts";
import { hasOnly, refuse, wholeNumber, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** Times of a count. */
export const COUNT_MAX = 1_000_000;

type ReadSelector = (json: unknown, path: string) => EventSelector<EventCondition> | undefined;

/** Reads what someone did: how often, what it comes to, or when for the first or last time. */
export function readDid(json: JsonObject, path: string, readSelector: ReadSelector, reading: Reading): DidLeaf | undefined {
  const form = FORMS.find((each) => Object.hasOwn(json, each)) ?? "count";
  if (!hasOnly(json, { path, keys: BESIDE[form], beside: "did" }, reading)) return undefined;
  const did = readSelector(json["did"], `${path}.did`);
  if (did === undefined) return undefined;
  if (form === "first" || form === "last") return readEdge(json, form, { did, path }, reading);
  const within = json["within"] === undefined ? undefined : readWithin(json["within"], `${path}.within`, reading);
  const asked = form === "measure" ? readMeasured(json, path, reading) : readTimes(json, path, reading);
  if (asked === undefined || reading.fault !== undefined) return undefined;
  return { did, ...asked, ...(within === undefined ? {} : { within }) };
}

const FORMS = ["measure", "first", "last"] as const;

/** What may stand beside `did`, by the key that says what is asked. */
const BESIDE: { readonly [Form in (typeof FORMS)[number] | "count"]: readonly string[] } = {
  count: ["did", "count", "within"],
  measure: ["did", "measure", "is", "within"],
  first: ["did", "first"],
  last: ["did", "last"],
};

type Found = { readonly did: EventSelector<EventCondition>; readonly path: string };

function readEdge(json: JsonObject, edge: "first" | "last", { did, path }: Found, reading: Reading): DidLeaf | undefined {
  const when = readWithin(json[edge], `${path}.${edge}`, reading);
  if (when === undefined) return undefined;
  return edge === "first" ? { did, first: when } : { did, last: when };
}

function readTimes(json: JsonObject, path: string, reading: Reading): { readonly count?: Count } | undefined {
  if (json["count"] === undefined) return {};
  const count = readCount(json["count"], `${path}.count`, reading);
  return count === undefined ? undefined : { count };
}

function readMeasured(json: JsonObject, path: string, reading: Reading): { readonly measure: Measure; readonly is: Compared } | undefined {
  const measure = readMeasure(json["measure"], `${path}.measure`, reading);
  if (measure === undefined) return undefined;
  const isNumber = measure.kind !== "days" && measure.kind !== "streak" && measure.kind !== "distinct";
  const is = isNumber ? readCompared(json["is"], `${path}.is`, reading) : readCount(json["is"], `${path}.is`, reading);
  return is === undefined ? undefined : { measure, is };
}

/** Reads what is measured. */
export function readMeasure(json: Json | undefined, path: string, reading: Reading): Measure | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("measure"));
  const days = DAY_MEASURES.find((each) => each === json["kind"]);
  if (days !== undefined) return hasOnly(json, { path, keys: ["kind"] }, reading) ? { kind: days } : undefined;
  const kind = PROPERTY_MEASURES.find((each) => each === json["kind"]);
  if (kind === undefined)
    return refuse(reading, `${path}.kind`, mendOf("oneOf", { choices: [...PROPERTY_MEASURES, ...DAY_MEASURES].join(", ") }));
  if (!hasOnly(json, { path, keys: ["kind", "property"] }, reading)) return undefined;
  const { property } = json;
  return isPath(property) ? { kind, property } : refuse(reading, `${path}.property`, PATH_MEND);
}

function readCount(json: Json | undefined, path: string, reading: Reading): Count | undefined {
  const op = readOp(json, path, reading);
  if (op === undefined || !isJsonObject(json)) return undefined;
  const value = wholeNumber(json["value"], { path: `${path}.value`, min: 0, max: COUNT_MAX }, reading);
  return value === undefined ? undefined : { op, value };
}

function readCompared(json: Json | undefined, path: string, reading: Reading): Compared | undefined {
  const op = readOp(json, path, reading);
  if (op === undefined || !isJsonObject(json)) return undefined;
  const { value } = json;
  if (typeof value === "number" && Math.abs(value) <= MEASURED_MAX) return { op, value: value === 0 ? 0 : value };
  return refuse(reading, `${path}.value`, mendOf("measuredNumber", { max: MEASURED_MAX }));
}

function readOp(json: Json | undefined, path: string, reading: Reading): Count["op"] | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("opAndValue"));
  if (!hasOnly(json, { path, keys: ["op", "value"] }, reading)) return undefined;
  return COUNT_OPS.find((each) => each === json["op"]) ?? refuse(reading, `${path}.op`, mendOf("oneOf", { choices: COUNT_OPS.join(", ") }));
}

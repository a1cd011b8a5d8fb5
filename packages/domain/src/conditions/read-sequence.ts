import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import type { EventCondition, EventSelector, SequenceLeaf } from "./condition.ts";
import { readWithin, WITHIN_DAYS_MAX, WITHIN_HOURS_MAX } from "./read-within.ts";
import { hasOnly, refuse, wholeNumber, type Reading } from "./reading.ts";
import { mendOf } from "./mends.ts";

/** Steps of a sequence. */
export const SEQUENCE_STEPS_MAX = 5;

type Selector = EventSelector<EventCondition>;
type ReadSelector = (json: unknown, path: string) => Selector | undefined;

const KEYS = ["steps", "withinDays", "withinHours", "without", "within"];

/** Reads what someone did one after another. */
export function readSequence(json: JsonObject, path: string, readSelector: ReadSelector, reading: Reading): SequenceLeaf | undefined {
  const at = `${path}.sequence`;
  const { sequence } = json;
  if (!hasOnly(json, { path, keys: ["sequence"], beside: "sequence" }, reading)) return undefined;
  if (!isJsonObject(sequence)) return refuse(reading, at, mendOf("stepsObject"));
  if (!hasOnly(sequence, { path: at, keys: KEYS }, reading)) return undefined;
  const steps = readSteps(sequence["steps"], `${at}.steps`, readSelector, reading);
  const without = sequence["without"] === undefined ? undefined : readSelector(sequence["without"], `${at}.without`);
  const within = sequence["within"] === undefined ? undefined : readWithin(sequence["within"], `${at}.within`, reading);
  const limit = readLimit(sequence, at, reading);
  if (steps === undefined || reading.fault !== undefined) return undefined;
  return {
    sequence: { steps, ...limit, ...(without === undefined ? {} : { without }), ...(within === undefined ? {} : { within }) },
  };
}

function readSteps(json: Json | undefined, path: string, readSelector: ReadSelector, reading: Reading): readonly Selector[] | undefined {
  if (!Array.isArray(json) || json.length < 2) return refuse(reading, path, mendOf("steps", { max: SEQUENCE_STEPS_MAX }));
  if (json.length > SEQUENCE_STEPS_MAX)
    return refuse(reading, path, mendOf("stepsMost", { max: SEQUENCE_STEPS_MAX }), "condition.too_large");
  const steps = (json as readonly Json[]).map((each, index) => readSelector(each, `${path}[${index}]`));
  return reading.fault === undefined ? steps.filter((step) => step !== undefined) : undefined;
}

function readLimit(
  json: JsonObject,
  path: string,
  reading: Reading,
): { readonly withinDays?: number; readonly withinHours?: number } | undefined {
  const number = (key: string, max: number): number | undefined =>
    json[key] === undefined ? undefined : wholeNumber(json[key], { path: `${path}.${key}`, min: 1, max }, reading);
  const withinDays = number("withinDays", WITHIN_DAYS_MAX);
  const withinHours = number("withinHours", WITHIN_HOURS_MAX);
  if (withinDays !== undefined && withinHours !== undefined) return refuse(reading, `${path}.withinHours`, mendOf("daysOrHours"));
  return { ...(withinDays === undefined ? {} : { withinDays }), ...(withinHours === undefined ? {} : { withinHours }) };
}

import { EMPTY_CONTEXT, type EventContext } from "../event/feed-event.ts";
import { DEPTH_MAX, KEY_LENGTH_MAX } from "../event/sanitise-properties.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { ok, type Result } from "../result.ts";
import { dayOfIso } from "../time/zoned-time.ts";
import {
  COUNT_OPS,
  type Condition,
  type Count,
  type EventCondition,
  type EventSelector,
  type Leaf,
  type PersonCondition,
  type Within,
} from "./condition.ts";
import { refuse, type Reading } from "./reading.ts";
import { readTest } from "./read-test.ts";
import { pathOf } from "./value-at.ts";

/** `all`, `any`, `not` and the condition of a `did` inside each other. */
export const CONDITION_DEPTH_MAX = 6;
/** Leaves of a condition, those inside of a `did` counted. */
export const CONDITION_LEAVES_MAX = 100;
/** Days that "within the last days" may reach back, and times of a count. */
export const WITHIN_DAYS_MAX = 3_660;
export const COUNT_MAX = 1_000_000;

const SUBJECTS = ["property", "column", "trait", "segment", "did"] as const;
type Subject = (typeof SUBJECTS)[number];
/** What leaves may be about. */
const OF_EVENT: readonly Subject[] = ["property", "column"];
const OF_PERSON: readonly Subject[] = ["trait", "segment", "did"];

type Place = { readonly path: string; readonly depth: number; readonly subjects: readonly Subject[] };

/**
 * Reads a condition on events and whose they are. Faults: `condition.invalid`, `condition.too_large`; each names the
 * field, from `path` on, and the mend. Whether its segments are there is for whoever knows them (`namedSegments`).
 */
export function readCondition(json: unknown, path: string): Result<Condition> {
  return finish((reading) => readNode(json, { path, depth: 1, subjects: SUBJECTS }, reading));
}

/** Reads a condition on one event and nothing else. Faults as `readCondition`. */
export function readEventCondition(json: unknown, path: string): Result<EventCondition> {
  return finish((reading) => readNode(json, { path, depth: 1, subjects: OF_EVENT }, reading) as EventCondition | undefined);
}

/** Reads a condition on a person. Faults as `readCondition`. */
export function readPersonCondition(json: unknown, path: string): Result<PersonCondition> {
  return finish((reading) => readNode(json, { path, depth: 1, subjects: OF_PERSON }, reading) as PersonCondition | undefined);
}

/** Reads `{ event, where? }`; `event` null is any event. Faults as `readCondition`. */
export function readEventSelector(json: unknown, path: string): Result<EventSelector> {
  return finish((reading) => readSelector(json, { path, depth: 0, subjects: SUBJECTS }, reading));
}

function finish<T>(read: (reading: Reading) => T | undefined): Result<T> {
  const reading: Reading = { fault: undefined, leaves: 0 };
  const value = read(reading);
  if (reading.fault !== undefined) return { ok: false, fault: reading.fault };
  if (value === undefined) throw new TypeError("what could not be read has a fault");
  return ok(value);
}

function readNode(json: unknown, place: Place, reading: Reading): Condition | undefined {
  const { path, depth } = place;
  if (!isJsonObject(json)) return refuse(reading, path, "Give a condition as an object");
  if (depth > CONDITION_DEPTH_MAX)
    return refuse(reading, path, `Nest conditions at most ${CONDITION_DEPTH_MAX} levels deep`, "condition.too_large");
  const parts = ["all", "any", "not"].filter((key) => Object.hasOwn(json, key));
  if (parts.length === 0) return readLeaf(json, place, reading);
  if (Object.keys(json).length > 1) return refuse(reading, path, "all, any and not stand alone in their object");
  const deeper = { ...place, depth: depth + 1 };
  if (Object.hasOwn(json, "not")) {
    const not = readNode(json["not"], { ...deeper, path: `${path}.not` }, reading);
    return not === undefined ? undefined : { not };
  }
  const key = Object.hasOwn(json, "all") ? "all" : "any";
  const list = readList(json[key], { ...deeper, path: `${path}.${key}` }, reading);
  if (list === undefined) return undefined;
  return key === "all" ? { all: list } : { any: list };
}

function readList(json: Json | undefined, place: Place, reading: Reading): readonly Condition[] | undefined {
  if (!Array.isArray(json) || json.length === 0) return refuse(reading, place.path, "Give a list with at least one condition");
  if (json.length > CONDITION_LEAVES_MAX) return tooManyLeaves(reading, place.path);
  const read = (json as readonly Json[]).map((each, index) => readNode(each, { ...place, path: `${place.path}[${index}]` }, reading));
  return reading.fault === undefined ? read.filter((each) => each !== undefined) : undefined;
}

function readLeaf(json: JsonObject, place: Place, reading: Reading): Leaf | undefined {
  const { path, subjects } = place;
  reading.leaves += 1;
  if (reading.leaves > CONDITION_LEAVES_MAX) return tooManyLeaves(reading, path);
  const [subject, ...others] = SUBJECTS.filter((each) => Object.hasOwn(json, each));
  if (subject === undefined || others.length > 0) return refuse(reading, path, `Give exactly one of all, any, not, ${subjects.join(", ")}`);
  if (!subjects.includes(subject)) return refuse(reading, `${path}.${subject}`, `Here a condition can be about: ${subjects.join(", ")}`);
  if (subject === "segment") return readSegment(json, path, reading);
  return subject === "did" ? readDid(json, place, reading) : readTested(json, subject, place, reading);
}

function tooManyLeaves(reading: Reading, path: string): undefined {
  return refuse(reading, path, `Ask for at most ${CONDITION_LEAVES_MAX} things in one condition`, "condition.too_large");
}

const SEGMENT_ID = /^[1-9]\d{0,17}$/;

function readSegment(json: JsonObject, path: string, reading: Reading): Leaf | undefined {
  const unknown = Object.keys(json).find((key) => !["segment", "in"].includes(key));
  if (unknown !== undefined) return refuse(reading, `${path}.${unknown}`, "Beside segment there can be: in");
  const { segment, in: isIn } = json;
  if (typeof segment !== "string" || !SEGMENT_ID.test(segment))
    return refuse(reading, `${path}.segment`, "Give the id of a segment as text");
  if (typeof isIn !== "boolean") return refuse(reading, `${path}.in`, "Give true (in the segment) or false (not in it)");
  return { segment, in: isIn };
}

function readTested(json: JsonObject, subject: "property" | "column" | "trait", { path }: Place, reading: Reading): Leaf | undefined {
  const name = json[subject];
  const test = readTest(json, { path, subject }, reading);
  if (subject === "column")
    return isColumn(name)
      ? test && { column: name, ...test }
      : refuse(reading, `${path}.column`, `Give one of: ${Object.keys(EMPTY_CONTEXT).join(", ")}`);
  if (!isPath(name)) return refuse(reading, `${path}.${subject}`, PATH_MEND);
  if (test === undefined) return undefined;
  return subject === "property" ? { property: name, ...test } : { trait: name, ...test };
}

const PATH_MEND = `Give the name as text of 1 to ${KEY_LENGTH_MAX} characters, with a dot before each name of an inner object`;

function isPath(name: Json | undefined): name is string {
  if (typeof name !== "string" || name.length > KEY_LENGTH_MAX || !name.isWellFormed()) return false;
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f]/.test(name) && pathOf(name).every((part) => part !== "") && pathOf(name).length <= DEPTH_MAX;
}

function isColumn(name: Json | undefined): name is keyof EventContext {
  return typeof name === "string" && Object.hasOwn(EMPTY_CONTEXT, name);
}

function readDid(json: JsonObject, place: Place, reading: Reading): Leaf | undefined {
  const { path } = place;
  const unknown = Object.keys(json).find((key) => !["did", "count", "within"].includes(key));
  if (unknown !== undefined) return refuse(reading, `${path}.${unknown}`, "Beside did there can be: count, within");
  const did = readSelector(json["did"], { ...place, path: `${path}.did`, subjects: OF_EVENT }, reading);
  const count = json["count"] === undefined ? undefined : readCount(json["count"], `${path}.count`, reading);
  const within = json["within"] === undefined ? undefined : readWithin(json["within"], `${path}.within`, reading);
  if (did === undefined || reading.fault !== undefined) return undefined;
  return {
    did: did as EventSelector<EventCondition>,
    ...(count === undefined ? {} : { count }),
    ...(within === undefined ? {} : { within }),
  };
}

function readSelector(json: unknown, place: Place, reading: Reading): EventSelector | undefined {
  const { path } = place;
  if (!isJsonObject(json)) return refuse(reading, path, "Give an object with event, and where if not every event counts");
  const unknown = Object.keys(json).find((key) => !["event", "where"].includes(key));
  if (unknown !== undefined) return refuse(reading, `${path}.${unknown}`, "Here there can be: event, where");
  const event = json["event"];
  const isName = typeof event === "string" && event !== "" && event.length <= KEY_LENGTH_MAX && event.isWellFormed();
  if (event !== null && !isName)
    return refuse(reading, `${path}.event`, `Give an event's name of at most ${KEY_LENGTH_MAX} characters, or null for any event`);
  if (json["where"] === undefined) return { event };
  const where = readNode(json["where"], { ...place, path: `${path}.where`, depth: place.depth + 1 }, reading);
  return where === undefined ? undefined : { event, where };
}

function readCount(json: Json, path: string, reading: Reading): Count | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, "Give an object with op and value");
  const unknown = Object.keys(json).find((key) => !["op", "value"].includes(key));
  if (unknown !== undefined) return refuse(reading, `${path}.${unknown}`, "Here there can be: op, value");
  const op = COUNT_OPS.find((each) => each === json["op"]);
  if (op === undefined) return refuse(reading, `${path}.op`, `Give one of: ${COUNT_OPS.join(", ")}`);
  const value = json["value"];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > COUNT_MAX)
    return refuse(reading, `${path}.value`, `Give a whole number from 0 to ${COUNT_MAX}`);
  return { op, value };
}

function readWithin(json: Json, path: string, reading: Reading): Within | undefined {
  if (!isJsonObject(json)) return refuse(reading, path, "Give { days } or { from, to }");
  const keys = Object.keys(json).toSorted().join();
  if (keys === "days") {
    const days = json["days"];
    if (typeof days === "number" && Number.isInteger(days) && days >= 1 && days <= WITHIN_DAYS_MAX) return { days };
    return refuse(reading, `${path}.days`, `Give a whole number from 1 to ${WITHIN_DAYS_MAX}`);
  }
  if (keys === "from,to") return readDates(json, path, reading);
  return refuse(reading, path, "Give { days } or { from, to }");
}

function readDates({ from, to }: JsonObject, path: string, reading: Reading): Within | undefined {
  const [first, after] = [from, to].map((date) => (typeof date === "string" ? dayOfIso(date) : undefined));
  if (first === undefined || typeof from !== "string") return refuse(reading, `${path}.from`, DATE_MEND);
  if (after === undefined || typeof to !== "string") return refuse(reading, `${path}.to`, DATE_MEND);
  return first < after ? { from, to } : refuse(reading, `${path}.to`, "Give a date after from; to itself does not count");
}

const DATE_MEND = "Give a date such as 2026-07-01";

import { EMPTY_CONTEXT, type EventContext } from "../event/feed-event.ts";
import { KEY_LENGTH_MAX } from "../event/sanitise-properties.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { ok, type Result } from "../result.ts";
import type { Condition, EventCondition, EventSelector, Leaf, PersonCondition } from "./condition.ts";
import { readChance } from "./read-chance.ts";
import { dayTestOf, readDayTest } from "./read-day-test.ts";
import { readDid } from "./read-did.ts";
import { readPopulation } from "./read-population.ts";
import { isPath, PATH_MEND } from "./read-path.ts";
import { readSequence } from "./read-sequence.ts";
import { hasOnly, isSegmentId, refuse, type Reading } from "./reading.ts";
import { readTest } from "./read-test.ts";
import { mendOf } from "./mends.ts";

/** `all`, `any`, `not` and the condition of a `did` inside each other. */
export const CONDITION_DEPTH_MAX = 6;
/** Leaves of a condition, those inside of a `did` counted. */
export const CONDITION_LEAVES_MAX = 100;
const SUBJECTS = ["property", "column", "trait", "tag", "segment", "did", "sequence", "chance", "population"] as const;
type Subject = (typeof SUBJECTS)[number];
/** What leaves may be about. */
const OF_EVENT: readonly Subject[] = ["property", "column"];
const OF_PERSON: readonly Subject[] = ["trait", "tag", "segment", "did", "sequence", "chance", "population"];

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
  const reading: Reading = { fault: undefined, leaves: 0, populations: 0 };
  const value = read(reading);
  if (reading.fault !== undefined) return { ok: false, fault: reading.fault };
  if (value === undefined) throw new TypeError("what could not be read has a fault");
  return ok(value);
}

function readNode(json: unknown, place: Place, reading: Reading): Condition | undefined {
  const { path, depth } = place;
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("conditionObject"));
  if (depth > CONDITION_DEPTH_MAX) return refuse(reading, path, mendOf("depth", { max: CONDITION_DEPTH_MAX }), "condition.too_large");
  const parts = ["all", "any", "not"].filter((key) => Object.hasOwn(json, key));
  if (parts.length === 0) return readLeaf(json, place, reading);
  if (Object.keys(json).length > 1) return refuse(reading, path, mendOf("allAnyNotAlone"));
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
  if (!Array.isArray(json) || json.length === 0) return refuse(reading, place.path, mendOf("conditionList"));
  if (json.length > CONDITION_LEAVES_MAX) return tooManyLeaves(reading, place.path);
  const read = (json as readonly Json[]).map((each, index) => readNode(each, { ...place, path: `${place.path}[${index}]` }, reading));
  return reading.fault === undefined ? read.filter((each) => each !== undefined) : undefined;
}

function readLeaf(json: JsonObject, place: Place, reading: Reading): Leaf | undefined {
  const { path, subjects } = place;
  reading.leaves += 1;
  if (reading.leaves > CONDITION_LEAVES_MAX) return tooManyLeaves(reading, path);
  const [subject, ...others] = SUBJECTS.filter((each) => Object.hasOwn(json, each));
  if (subject === undefined || others.length > 0) return refuse(reading, path, mendOf("oneSubject", { choices: subjects.join(", ") }));
  if (!subjects.includes(subject)) return refuse(reading, `${path}.${subject}`, mendOf("subjects", { choices: subjects.join(", ") }));
  if (subject === "segment") return readSegment(json, path, reading);
  if (subject === "tag") return readTag(json, path, reading);
  if (subject === "chance") return readChance(json, path, reading);
  if (subject === "population") return readPopulation(json, path, ofEvents(place, reading), reading);
  if (subject === "sequence") return readSequence(json, path, ofEvents(place, reading), reading);
  if (subject === "did") return readDid(json, path, ofEvents(place, reading), reading);
  return readTested(json, subject, place, reading);
}

function tooManyLeaves(reading: Reading, path: string): undefined {
  return refuse(reading, path, mendOf("leaves", { max: CONDITION_LEAVES_MAX }), "condition.too_large");
}

function readSegment(json: JsonObject, path: string, reading: Reading): Leaf | undefined {
  if (!hasOnly(json, { path, keys: ["segment", "in"], beside: "segment" }, reading)) return undefined;
  const { segment, in: isIn } = json;
  if (!isSegmentId(segment)) return refuse(reading, `${path}.segment`, mendOf("segmentId"));
  if (typeof isIn !== "boolean") return refuse(reading, `${path}.in`, mendOf("inSegment"));
  return { segment, in: isIn };
}

/** UTF-16 code units of a tag. */
export const TAG_LENGTH_MAX = 60;

function readTag(json: JsonObject, path: string, reading: Reading): Leaf | undefined {
  if (!hasOnly(json, { path, keys: ["tag", "has"], beside: "tag" }, reading)) return undefined;
  const { tag, has } = json;
  if (typeof tag !== "string" || tag === "" || tag.length > TAG_LENGTH_MAX || !tag.isWellFormed() || tag.includes("\u0000"))
    return refuse(reading, `${path}.tag`, mendOf("tagName", { max: TAG_LENGTH_MAX }));
  if (typeof has !== "boolean") return refuse(reading, `${path}.has`, mendOf("hasTag"));
  return { tag, has };
}

function readTested(json: JsonObject, subject: "property" | "column" | "trait", { path }: Place, reading: Reading): Leaf | undefined {
  if (subject === "trait") return readTrait(json, path, reading);
  const name = json[subject];
  const test = readTest(json, { path, subject }, reading);
  if (subject === "column")
    return isColumn(name)
      ? test && { column: name, ...test }
      : refuse(reading, `${path}.column`, mendOf("oneOf", { choices: Object.keys(EMPTY_CONTEXT).join(", ") }));
  if (!isPath(name)) return refuse(reading, `${path}.${subject}`, PATH_MEND);
  return test && { property: name, ...test };
}

function readTrait(json: JsonObject, path: string, reading: Reading): Leaf | undefined {
  const { trait } = json;
  const days = dayTestOf(json);
  const test = days === undefined ? readTest(json, { path, subject: "trait" }, reading) : readDayTest(json, days, path, reading);
  if (!isPath(trait)) return refuse(reading, `${path}.trait`, PATH_MEND);
  return test && { trait, ...test };
}

function isColumn(name: Json | undefined): name is keyof EventContext {
  return typeof name === "string" && Object.hasOwn(EMPTY_CONTEXT, name);
}

/** Reads selectors whose conditions are about events and nothing else. */
function ofEvents(place: Place, reading: Reading) {
  return (json: unknown, path: string): EventSelector<EventCondition> | undefined =>
    readSelector(json, { ...place, path, subjects: OF_EVENT }, reading) as EventSelector<EventCondition> | undefined;
}

function readSelector(json: unknown, place: Place, reading: Reading): EventSelector | undefined {
  const { path } = place;
  if (!isJsonObject(json)) return refuse(reading, path, mendOf("selector"));
  if (!hasOnly(json, { path, keys: ["event", "where"] }, reading)) return undefined;
  const event = json["event"];
  const isName = typeof event === "string" && event !== "" && event.length <= KEY_LENGTH_MAX && event.isWellFormed();
  if (event !== null && !isName) return refuse(reading, `${path}.event`, mendOf("eventName", { max: KEY_LENGTH_MAX }));
  if (json["where"] === undefined) return { event };
  const where = readNode(json["where"], { ...place, path: `${path}.where`, depth: place.depth + 1 }, reading);
  return where === undefined ? undefined : { event, where };
}

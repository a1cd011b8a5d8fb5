import type { Json, JsonObject } from "../json.ts";
import type { Detector, PersonalScope } from "../personal/detect.ts";
import { fail, ok, type Result } from "../result.ts";

/** Containers inside containers, the property object itself being the first. */
export const DEPTH_MAX = 8;
/** Properties of one event, nested ones counted, those of objects inside lists not (a list is one path). */
export const PROPERTIES_MAX = 255;
/** UTF-16 code units. */
export const KEY_LENGTH_MAX = 255;
/** UTF-16 code units; longer text is cut. */
export const STRING_LENGTH_MAX = 8_192;
/** Where an event says what was changed in it. */
export const SANITISED_KEY = "$sanitised";
const NOTES_MAX = 20;

/** Properties fit for storage, and what had to be done to them (`renamed:a.b`, `cut:html`), at most 20 notes. */
export type Sanitised = { readonly properties: JsonObject; readonly notes: readonly string[] };

type Walk = {
  readonly detector: Detector | undefined;
  readonly notes: string[];
  fault: "event.too_deep" | "event.too_many_properties" | undefined;
  keys: number;
};
type Place = { readonly depth: number; readonly inList: boolean; readonly scope: PersonalScope };

/**
 * Makes properties storable without losing any silently: dots leave keys (the event engine reads them as paths), broken
 * Unicode and NUL become U+FFFD, long text is cut, numbers without an exact value become text or go. Null properties are left
 * out. Personal values are replaced as the detector says. Faults: `event.too_deep`, `event.too_many_properties`.
 */
export function sanitiseProperties(input: JsonObject, detector?: Detector): Result<Sanitised> {
  const walk: Walk = { detector, notes: [], fault: undefined, keys: 0 };
  const properties = cleanObject(input, { depth: 1, inList: false, scope: "none" }, walk);
  if (walk.fault === "event.too_deep") return fail(walk.fault, { field: "properties", mend: `Nest at most ${DEPTH_MAX} levels` });
  if (walk.fault !== undefined) return fail(walk.fault, { field: "properties", mend: `Send at most ${PROPERTIES_MAX} properties` });
  return ok({ properties, notes: walk.notes });
}

/** A property or trait name fit for storage. */
export function cleanKey(rawKey: string): string {
  let key = rawKey;
  if (key.length > KEY_LENGTH_MAX) key = key.slice(0, KEY_LENGTH_MAX);
  // eslint-disable-next-line no-control-regex
  if (/[.\u0000-\u001f]/.test(key)) key = key.replace(/[.\u0000-\u001f]/g, "_");
  if (!key.isWellFormed()) key = key.toWellFormed();
  // Assigning to this name changes an object's prototype instead of adding a property.
  if (key === "__proto__") return "_proto_";
  return key === "" ? "_" : key;
}

function cleanObject(input: JsonObject, place: Place, walk: Walk): JsonObject {
  const out: Record<string, Json> = {};
  const top = place.depth === 1;
  for (const rawKey of Object.keys(input)) {
    const value = input[rawKey];
    if (value === null || value === undefined) continue;
    walk.keys += place.inList ? 0 : 1;
    if (walk.keys > PROPERTIES_MAX) walk.fault ??= "event.too_many_properties";
    if (walk.fault !== undefined) return out;
    const key = storableKey(rawKey, walk);
    if (Object.hasOwn(out, key)) {
      note(walk, "dropped_repeat", key);
      continue;
    }
    const scope = walk.detector?.scopeOf(rawKey, place.scope, top) ?? "none";
    const cleaned = cleanValue(value, key, { depth: place.depth, inList: place.inList, scope }, walk);
    if (cleaned !== undefined) out[key] = cleaned;
  }
  return out;
}

/** Keys repeat from event to event; whether one may be stored as it is depends on nothing but the key. */
const plainKeys = new Set<string>();
const PLAIN_KEYS_MAX = 5_000;

function storableKey(rawKey: string, walk: Walk): string {
  if (plainKeys.has(rawKey)) return rawKey;
  const shown = walk.detector === undefined ? rawKey : walk.detector.key(rawKey);
  const key = cleanKey(shown);
  if (key !== shown) note(walk, "renamed", shown);
  else if (key === rawKey && walk.detector !== undefined && plainKeys.size < PLAIN_KEYS_MAX) plainKeys.add(rawKey);
  return key;
}

function cleanValue(value: Json, key: string, place: Place, walk: Walk): Json | undefined {
  if (typeof value === "string") return cleanText(value, key, place, walk);
  if (typeof value === "number") return cleanNumber(value, key, place, walk);
  if (typeof value !== "object" || value === null) return value;
  if (place.depth >= DEPTH_MAX) {
    walk.fault ??= "event.too_deep";
    return undefined;
  }
  if (!Array.isArray(value))
    return cleanObject(value as JsonObject, { depth: place.depth + 1, inList: place.inList, scope: place.scope }, walk);
  return cleanList(value as readonly Json[], key, { depth: place.depth + 1, inList: true, scope: place.scope }, walk);
}

function cleanList(list: readonly Json[], key: string, place: Place, walk: Walk): readonly Json[] {
  const out: Json[] = [];
  for (const element of list) {
    const cleaned = cleanValue(element, key, place, walk);
    if (walk.fault !== undefined) return out;
    if (cleaned !== undefined) out.push(cleaned);
  }
  return out;
}

function cleanText(value: string, key: string, place: Place, walk: Walk): string {
  // Personal values first: cutting or mending could hide one from the detector and leave half of it.
  const shown = walk.detector === undefined ? value : walk.detector.text(value, place.scope);
  const text = storableText(shown);
  if (text !== shown) note(walk, "mended", key);
  if (text.length <= STRING_LENGTH_MAX) return text;
  note(walk, "cut", key);
  return text.slice(0, STRING_LENGTH_MAX).toWellFormed();
}

function cleanNumber(value: number, key: string, place: Place, walk: Walk): number | string | undefined {
  if (!Number.isFinite(value)) {
    note(walk, "dropped_number", key);
    return undefined;
  }
  const shown = walk.detector === undefined ? value : walk.detector.number(value, place.scope, key);
  if (typeof shown !== "number" || !Number.isInteger(shown) || Number.isSafeInteger(shown)) return shown;
  note(walk, "number_as_text", key);
  return String(shown);
}

/** Text both engines take: broken Unicode and NUL become U+FFFD. */
export function storableText(text: string): string {
  const formed = text.isWellFormed() ? text : text.toWellFormed();
  return formed.includes("\u0000") ? formed.replaceAll("\u0000", "\ufffd") : formed;
}

function note(walk: Walk, what: string, key: string): void {
  if (walk.notes.length < NOTES_MAX) walk.notes.push(`${what}:${cleanKey(key)}`);
}

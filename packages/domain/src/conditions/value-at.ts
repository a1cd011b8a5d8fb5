import { isPersonalToken } from "../event-schema/property-types.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";

/** A number as a text may hold it; the server's storage puts the same expression to the event engine. */
export const DECIMAL = "^-?[0-9]{1,30}(\\.[0-9]{1,30})?$";
/** The token of a personal value, for the event engine; `isPersonalToken` is the same rule. */
export const TOKEN = "^~[a-z_]{2,12}\\.[0-9A-Za-z_-]{22}$";

const DECIMAL_TEXT = new RegExp(DECIMAL);

/** The names on the way to a value. */
export function pathOf(name: string): readonly string[] {
  return name.split(".");
}

/**
 * The values a path leads to: one, or those of every object of a list on the way; a second list on the way ends it.
 * What is missing or null is left out; an empty object is missing, because it is not stored.
 */
export function valuesAt(object: JsonObject, path: readonly string[]): readonly Json[] {
  return valuesFrom(object, path, false);
}

function valuesFrom(object: JsonObject, path: readonly string[], inList: boolean): readonly Json[] {
  const [key, ...rest] = path;
  const value = key !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined || value === null) return [];
  if (rest.length === 0) return isStored(value) ? [value] : [];
  if (isJsonObject(value)) return valuesFrom(value, rest, inList);
  if (inList || !Array.isArray(value)) return [];
  return (value as readonly Json[]).flatMap((each) => (isJsonObject(each) ? valuesFrom(each, rest, true) : []));
}

function isStored(value: Json): boolean {
  return !isJsonObject(value) || Object.values(value).some((inner) => inner !== null && isStored(inner));
}

/** What of a value is compared: itself, or each element of a list. */
export function scalarsOf(value: Json): readonly (string | number | boolean)[] {
  if (Array.isArray(value)) return (value as readonly Json[]).filter(isScalar);
  return isScalar(value) ? [value] : [];
}

function isScalar(value: Json): value is string | number | boolean {
  return typeof value !== "object";
}

/** The text by which a value is searched; undefined for the token of a personal value, in which nothing can be searched. */
export function searchedText(value: string | number | boolean): string | undefined {
  return typeof value === "string" && isPersonalToken(value) ? undefined : foldAscii(String(value));
}

/** Lower case of ASCII letters only: what both engines agree on. */
export function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The number of a value: its own, or that of a text which is a plain decimal. */
export function numberOf(value: string | number | boolean): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && DECIMAL_TEXT.test(value) ? Number(value) : undefined;
}

/** What a path leads to through objects alone: a list on the way ends it. */
export function valueAt(object: JsonObject, path: readonly string[]): Json | undefined {
  const [key, ...rest] = path;
  const value = key !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  if (rest.length === 0) return value ?? undefined;
  return isJsonObject(value) ? valueAt(value, rest) : undefined;
}

/** The text of a value, for breaking down by it; undefined for lists, objects and what is missing. */
export function textOf(value: Json | undefined): string | undefined {
  return value !== undefined && isScalar(value) ? String(value) : undefined;
}

/** Any JSON value, as parsed. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object with unknown keys. */
export type JsonObject = { readonly [key: string]: Json };

/** What can be written as JSON; parts that are undefined are left out. */
export type Writable = string | number | boolean | null | undefined | readonly Writable[] | { readonly [key: string]: Writable };
/** JSON that nobody else holds: it fits wherever JSON is taken, also where lists may be changed. */
export type Written = string | number | boolean | null | Written[] | { [key: string]: Written };

/** A value with a type of its own, such as an event selector, as the JSON it is written as. */
export function writtenObject(value: { readonly [key: string]: Writable }): { [key: string]: Written } {
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, written(part)]])));
}

function written(value: Exclude<Writable, undefined>): Written {
  if (isList(value)) return value.map((part) => (part === undefined ? null : written(part)));
  return typeof value === "object" && value !== null ? writtenObject(value) : value;
}

// `Array.isArray` does not know lists that must not be changed.
function isList(value: Writable): value is readonly Writable[] {
  return Array.isArray(value);
}

/** True for a plain JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Object.hasOwn`, also on phones that do not know it yet: what evaluates flags runs there. */
export function hasOwn(object: object, key: string): boolean {
  return Object.prototype.hasOwnProperty.call(object, key);
}

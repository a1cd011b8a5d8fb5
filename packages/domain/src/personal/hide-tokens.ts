import { isJsonObject, type Json, type JsonObject } from "../json.ts";

const TOKEN = /~[a-z_]{2,12}\.[\w-]{22}/gu;
const HIDDEN = "***";

/** A JSON value on its way out. */
export type Shown = string | number | boolean | null | Shown[] | { [key: string]: Shown };

/** The same value with `***` wherever the token of a personal value stands. */
export function withoutTokens(value: Json): Shown {
  if (typeof value === "string") return hideTokens(value);
  if (isJsonObject(value)) return objectWithoutTokens(value);
  return typeof value === "object" && value !== null ? value.map(withoutTokens) : value;
}

/** The same for an object. */
export function objectWithoutTokens(object: JsonObject): { [key: string]: Shown } {
  return Object.fromEntries(Object.entries(object).map(([name, inner]) => [name, withoutTokens(inner)]));
}

/** `***` wherever the token of a personal value stands in a text. */
export function hideTokens(text: string): string {
  return text.includes("~") ? text.replaceAll(TOKEN, HIDDEN) : text;
}

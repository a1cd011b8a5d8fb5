import { isPersonalToken } from "@terrace/domain/event-schema/property-types";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";

/** What says most about an event, best first. */
const TELLING = [
  "order_id",
  "revenue",
  "total",
  "currency",
  "quantity",
  "name",
  "product_name",
  "product_id",
  "sku",
  "price",
  "category",
  "query",
  "title",
  "path",
  "url",
  "$pathname",
  "coupon",
  "plan",
  "country",
] as const;
const RANK = new Map<string, number>(TELLING.map((name, rank) => [name, rank]));
const SHOWN_MAX = 4;
const LENGTH_MAX = 80;
const TOKEN = /~[a-z_]{2,12}\.[\w-]{22}/gu;
const HIDDEN = "***";

/** A few telling properties of an event for one line of a list: scalars only, nothing personal, long text cut. */
export function summarise(properties: JsonObject, context: Readonly<Record<string, string>>): Record<string, string | number | boolean> {
  const entries = Object.entries(properties).flatMap(([name, value]): readonly (readonly [string, string | number | boolean])[] =>
    isTelling(value) && (RANK.has(name) || !name.startsWith("$")) ? [[name, value]] : [],
  );
  const best = entries.toSorted(([a], [b]) => (RANK.get(a) ?? TELLING.length) - (RANK.get(b) ?? TELLING.length)).slice(0, SHOWN_MAX);
  if (best.length === 0 && context["page_path"] !== undefined) return { path: context["page_path"] };
  return Object.fromEntries(
    best.map(([name, value]) => [name, typeof value === "string" ? hideTokens(value).slice(0, LENGTH_MAX).toWellFormed() : value]),
  );
}

function isTelling(value: Json): value is string | number | boolean {
  return typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value !== "" && !isPersonalToken(value));
}

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

function hideTokens(text: string): string {
  return text.includes("~") ? text.replaceAll(TOKEN, HIDDEN) : text;
}

import type { FieldView } from "@terrace/domain/access/field-view";
import { isPersonalToken } from "@terrace/domain/event-schema/property-types";
import type { Json, JsonObject } from "@terrace/domain/json";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";

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

/** The properties a view shows; what is masked by name is out of sight, as personal values are here. */
export function propertiesSeen(properties: JsonObject, view: FieldView): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const visibility = view.property(name, "");
      return visibility === "hidden" ? [] : [[name, visibility === "masked" ? HIDDEN : value]];
    }),
  );
}

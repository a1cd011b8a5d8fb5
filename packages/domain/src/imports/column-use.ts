import { CONSENT_WORD } from "../consent/purposes.ts";
import { IDENTITY_KINDS, type IdentityKind } from "../identity/identity-kinds.ts";

export const ORDER_FIELDS = [
  "order_id",
  "revenue",
  "shipping",
  "discount",
  "tax",
  "coupon",
  "currency",
  "affiliation",
  "channel",
  "status",
  "refund_amount",
  "refund_status",
  "refund_time",
] as const;
export const ITEM_FIELDS = ["product_id", "sku", "name", "category", "brand", "variant", "price", "quantity"] as const;
export const FIGURE_FIELDS = ["channel", "campaign", "exposures", "clicks", "cost", "currency"] as const;
export const VALUE_TYPES = ["string", "number", "amount", "boolean", "date", "json"] as const;
export type OrderField = (typeof ORDER_FIELDS)[number];
export type ItemField = (typeof ITEM_FIELDS)[number];
export type FigureField = (typeof FIGURE_FIELDS)[number];
export type ValueType = (typeof VALUE_TYPES)[number];

/** What a column of a file stands for. */
export type ColumnUse =
  | { readonly as: "skip" | "time" | "else_time" | "event" | "consent_time" | "consent_version" }
  | { readonly as: "consent"; readonly purpose: string; /** "" = every. */ readonly channel: string }
  | { readonly as: "id"; readonly kind: IdentityKind }
  | { readonly as: "order"; readonly field: OrderField }
  | { readonly as: "item"; readonly field: ItemField }
  | { readonly as: "figure"; readonly field: FigureField }
  | { readonly as: "property" | "trait"; readonly type: ValueType; readonly name: string };

const PLAIN = ["skip", "time", "else_time", "event", "consent_time", "consent_version"] as const;

/**
 * Reads the short form in which a use is written and stored: `skip`, `time`, `else_time` (where the other is empty), `event`, `id:phone`,
 * `consent:marketing:sms` (without the channel: by any), `consent_time`, `consent_version`, `order:revenue`, `item:name`, `figure:cost`, `trait:string:city`, `property:amount:fee`. Undefined when it is none.
 */
export function parseUse(text: string): ColumnUse | undefined {
  const plain = PLAIN.find((use) => use === text);
  if (plain !== undefined) return { as: plain };
  const [as = "", second = "", ...rest] = text.split(":");
  if (as === "id") return found(IDENTITY_KINDS, second, (kind) => ({ as, kind }));
  if (as === "order") return found(ORDER_FIELDS, second, (field) => ({ as, field }));
  if (as === "item") return found(ITEM_FIELDS, second, (field) => ({ as, field }));
  if (as === "figure") return found(FIGURE_FIELDS, second, (field) => ({ as, field }));
  if (as === "consent") return consentUse(second, rest);
  const name = rest.join(":");
  if ((as !== "property" && as !== "trait") || name === "") return undefined;
  return found(VALUE_TYPES, second, (type) => ({ as, type, name }));
}

function consentUse(purpose: string, [channel = "", ...rest]: readonly string[]): ColumnUse | undefined {
  const isFit = CONSENT_WORD.test(purpose) && (channel === "" || CONSENT_WORD.test(channel)) && rest.length === 0;
  return isFit ? { as: "consent", purpose, channel } : undefined;
}

function found<T extends string>(all: readonly T[], text: string, make: (one: T) => ColumnUse): ColumnUse | undefined {
  const one = all.find((candidate) => candidate === text);
  return one === undefined ? undefined : make(one);
}

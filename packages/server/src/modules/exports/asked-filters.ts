import { isJsonObject } from "@terrace/domain/json";

/** What an export holds besides its rows; kept encrypted, because people search for personal values. */
export type Asked = {
  readonly columns: readonly string[];
  readonly filters: Readonly<Record<string, string>>;
  readonly reason: string;
};

/** Filters in which somebody may have typed a name, a number or an id of a person: they go into no log. */
const TYPED_FILTERS: ReadonlySet<string> = new Set(["search", "trait", "person", "messageId"]);
export const HIDDEN = "***";

/** The filters without what was typed: that they were set, not to what. */
export function withoutTyped(filters: Asked["filters"]): Asked["filters"] {
  return Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, TYPED_FILTERS.has(name) ? HIDDEN : value]));
}

export function hasTyped(filters: Asked["filters"]): boolean {
  return Object.entries(filters).some(([name, value]) => TYPED_FILTERS.has(name) && value !== HIDDEN);
}

/** Reads what `create` has sealed. */
export function readAsked(text: string): Asked {
  const asked: unknown = JSON.parse(text);
  if (!isJsonObject(asked)) throw new TypeError("an export's filters are no object");
  // Written by `create` in this shape; encryption authenticates it.
  return asked as unknown as Asked;
}

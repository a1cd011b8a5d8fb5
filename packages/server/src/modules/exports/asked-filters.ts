import { z } from "zod";

const askedSchema = z.object({ columns: z.array(z.string()), filters: z.record(z.string(), z.string()), reason: z.string() }).readonly();
/** What an export holds besides its rows; kept encrypted, because people search for personal values. */
export type Asked = z.output<typeof askedSchema>;

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
  return askedSchema.parse(JSON.parse(text));
}

import { isJsonObject, type Json, type JsonObject } from "../../json.ts";

/** What holds for all tiles of a dashboard at once. */
export type Overrides = {
  readonly period?: Json | undefined;
  readonly filters?: { readonly events?: Json | undefined; readonly people?: Json | undefined } | undefined;
};

/**
 * A tile's query under what holds for the whole dashboard: its period gives way, where the kind of question has one; filters hold besides its
 * own.
 */
export function overrideQuery(query: JsonObject, { period, filters }: Overrides): JsonObject {
  const own = isJsonObject(query["filters"] ?? null) ? (query["filters"] as JsonObject) : {};
  const events = both(own["events"], filters?.events);
  const people = both(own["people"], filters?.people);
  return {
    ...query,
    ...(period === undefined || query["period"] === undefined ? {} : { period }),
    ...(events === undefined && people === undefined
      ? {}
      : { filters: { ...own, ...(events === undefined ? {} : { events }), ...(people === undefined ? {} : { people }) } }),
  };
}

function both(one: Json | undefined, other: Json | undefined): Json | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : { all: [one, other] };
}

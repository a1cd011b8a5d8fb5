import { isJsonObject, type Json } from "../../json.ts";

const SEGMENT_ID = /^[1-9]\d{0,17}$/;

/** Ids of the segments that a query names, in conditions (`segment`, one id) and breakdowns (`segment`, a list); each once. */
export function segmentsInQuery(query: Json): readonly string[] {
  const found = new Set<string>();
  const pending: Json[] = [query];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) pending.push(...(next as readonly Json[]));
    else if (isJsonObject(next)) {
      const named = next["segment"];
      for (const id of Array.isArray(named) ? (named as readonly Json[]) : [named])
        if (typeof id === "string" && SEGMENT_ID.test(id)) found.add(id);
      for (const value of Object.values(next)) if (value !== undefined) pending.push(value);
    }
  }
  return [...found];
}

import { isJsonObject, type Json } from "../../json.ts";

/** A segment that a query names, and where: a path into the query. */
export type NamedSegment = { readonly id: string; readonly field: string };

/** The segments that a query names, in conditions (`segment`, one id) and breakdowns (`segment`, a list), in order of mention. */
export function namedSegments(query: Json, path = ""): readonly NamedSegment[] {
  const inner = (key: string | number): string => (path === "" ? `${key}` : `${path}.${key}`);
  if (Array.isArray(query)) return (query as readonly Json[]).flatMap((each, index) => namedSegments(each, inner(index)));
  if (!isJsonObject(query)) return [];
  return Object.entries(query).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return key === "segment" ? idsOf(value, inner(key)) : namedSegments(value, inner(key));
  });
}

function idsOf(named: Json, field: string): readonly NamedSegment[] {
  if (typeof named === "string") return [{ id: named, field }];
  if (!Array.isArray(named)) return namedSegments(named, field);
  return (named as readonly Json[]).flatMap((each, index) => idsOf(each, `${field}.${index}`));
}

const SEGMENT_ID = /^[1-9]\d{0,17}$/;

/** Whether a text can be the id of a segment at all. */
export function isSegmentId(text: string): boolean {
  return SEGMENT_ID.test(text);
}

/** Ids of the segments that a query names, each once. */
export function segmentsInQuery(query: Json): readonly string[] {
  return [...new Set(namedSegments(query).map(({ id }) => id))].filter(isSegmentId);
}

/** Under these a question or a definition names a metric, or several. */
const METRIC_KEYS = ["metric", "metrics", "of", "per"] as const;

/** Whether a question, a tile or the definition of a metric names a metric by its id. */
export function namesMetric(query: Json, metric: string): boolean {
  const pending: Json[] = [query];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) pending.push(...(next as readonly Json[]));
    else if (isJsonObject(next)) {
      for (const key of METRIC_KEYS) {
        const named = next[key];
        if (named === metric || (Array.isArray(named) && (named as readonly Json[]).includes(metric))) return true;
      }
      for (const value of Object.values(next)) if (value !== undefined) pending.push(value);
    }
  }
  return false;
}

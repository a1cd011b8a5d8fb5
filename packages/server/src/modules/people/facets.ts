import type { Json, JsonObject } from "@terrace/domain/json";

/** Longest text that can be filtered on. */
const VALUE_LENGTH_MAX = 255;
const LIST_ELEMENTS_MAX = 50;

/** Hash of "has this trait"; a filter checks the trait itself besides, so a collision costs time and nothing else. */
export function keyFacet(workspaceId: number, key: string): number {
  return hash(`${workspaceId}\u0000${key}`);
}

/** Hash of "this trait has this value". */
export function valueFacet(workspaceId: number, key: string, value: string): number {
  return hash(`${workspaceId}\u0000${key}\u0000${value}`);
}

/** All facets of a person's traits: a scalar counts as its text, a list as each of its elements. */
export function facetsOf(workspaceId: number, traits: JsonObject): readonly number[] {
  const facets = new Set<number>();
  for (const [key, value] of Object.entries(traits)) {
    facets.add(keyFacet(workspaceId, key));
    const elements: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]).slice(0, LIST_ELEMENTS_MAX) : [value];
    for (const element of elements) {
      const text = textOfScalar(element);
      if (text !== undefined && text.length <= VALUE_LENGTH_MAX) facets.add(valueFacet(workspaceId, key, text));
    }
  }
  return [...facets];
}

function textOfScalar(value: Json): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** FNV-1a over UTF-16 code units, as a signed 32-bit integer. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return state | 0;
}

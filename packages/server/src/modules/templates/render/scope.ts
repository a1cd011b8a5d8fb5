import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";

/** What templates may name, in the groups under which they name it. */
export type Variables = {
  readonly person: JsonObject;
  readonly event: JsonObject;
  readonly journey: JsonObject;
  readonly business: JsonObject;
  readonly links: JsonObject;
};
export const VARIABLE_ROOTS = ["person", "event", "journey", "business", "links"] as const satisfies readonly (keyof Variables)[];

/** Nothing that is seen: spaces, control characters. */
const BLANK = /^[\s\p{C}]*$/u;

/** The variables without what is empty: a blank name is a missing name. */
export function scopeOf(variables: Variables): JsonObject {
  return Object.fromEntries(VARIABLE_ROOTS.map((root) => [root, withoutBlanks(variables[root])]));
}

function withoutBlanks(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const kept = filled(value);
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}

function filled(value: Json): Json | undefined {
  if (value === null || (typeof value === "string" && BLANK.test(value))) return undefined;
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((part) => filled(part) ?? []);
  return isJsonObject(value) ? withoutBlanks(value) : value;
}

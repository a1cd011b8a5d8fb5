import { MATCHED_LENGTH_MAX } from "@terrace/domain/flags/check-pattern";
import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";

const DEPTH_MAX = 8;
const VALUES_MAX = 2_000;

/** The body of a request as JSON; undefined when it is none. */
export function parsedBody(body: unknown): Json | undefined {
  if (typeof body !== "string") return undefined;
  try {
    // Whatever JSON.parse answers is JSON.
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

/** What is wrong with attributes that conditions are to run over, undefined when nothing is: patterns look through texts, so these are short. */
export function problemOfAttributes(attributes: JsonObject): string | undefined {
  const open: { readonly value: Json; readonly depth: number }[] = [{ value: attributes, depth: 0 }];
  let seen = 0;
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { value, depth } = one;
    seen += 1;
    if (seen > VALUES_MAX) return `a context holds at most ${VALUES_MAX} values`;
    if (typeof value === "string" && value.length > MATCHED_LENGTH_MAX)
      return `texts in a context have at most ${MATCHED_LENGTH_MAX} characters`;
    if (typeof value !== "object" || value === null) continue;
    if (depth >= DEPTH_MAX) return `a context is at most ${DEPTH_MAX} deep`;
    for (const inner of Array.isArray(value) ? (value as readonly Json[]) : Object.values(value))
      open.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}

/** An object's part that is an object; empty when there is none, undefined when it is something else. */
export function objectAt(body: Json | undefined, key: string): JsonObject | undefined {
  if (!isJsonObject(body)) return undefined;
  const part = body[key];
  if (part === undefined || part === null) return {};
  return isJsonObject(part) ? part : undefined;
}

import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import type { FaultCode } from "@terrace/contract/faults";
import { faultError, isFaultCode, type FaultError } from "./fault-error.ts";
import { choiceMend, mendOfIssue } from "./mend-of-issue.ts";

/** Deepest nesting of a request body; schemas are walked recursively, so an unbounded depth would exhaust the stack. */
const DEPTH_MAX = 64;

/** Further fields that a fault names. */
const ALSO_MAX = 20;

type Place = "params" | "query" | "body";

/** Parses an API body: empty is no body; anything that is not UTF-8 JSON is `request.malformed`. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw faultError("request.malformed", { field: "body", mend: "Send the body as UTF-8" });
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw faultError("request.malformed", { field: "body", mend: "Send well-formed JSON" });
  }
}

type Visit = { readonly value: unknown; readonly depth: number; readonly name: string | number; readonly parent: Visit | undefined };

/** Refuses what no schema should ever meet: NUL characters, which no text column can hold, keys that reach for prototypes, and bottomless nesting. */
export function refuseUnsafe(value: unknown, place: Place): void {
  const pending: Visit[] = [{ value, depth: 0, name: "", parent: undefined }];
  for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
    const flaw = flawOf(visit.value, visit.depth);
    if (flaw !== undefined) throw faultError("request.invalid", { field: pathOf(visit) || place, mend: flaw });
    if (typeof visit.value !== "object" || visit.value === null) continue;
    for (const [name, child] of Array.isArray(visit.value) ? visit.value.entries() : Object.entries(visit.value)) {
      if (typeof child === "string" || (typeof child === "object" && child !== null))
        pending.push({ value: child, depth: visit.depth + 1, name, parent: visit });
    }
  }
}

function flawOf(value: unknown, depth: number): string | undefined {
  if (depth > DEPTH_MAX) return `Nest at most ${DEPTH_MAX} levels deep`;
  if (typeof value === "string") return value.includes("\u0000") ? "Leave out NUL characters" : undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  for (const key of Object.keys(value)) {
    if (key === "__proto__" || key.includes("\u0000")) return "Use plain property names";
  }
  return undefined;
}

function pathOf(visit: Visit): string {
  const names: (string | number)[] = [];
  for (let at: Visit | undefined = visit; at?.parent !== undefined; at = at.parent) names.unshift(at.name);
  return names.slice(0, 10).join(".");
}

/** Parses one part of a request by its schema; what is wrong first is named by its path. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown, place: Place): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: mendOfIssue });
  if (parsed.success) return parsed.data;
  throw faultOfIssues(parsed.error.issues, place);
}

/** The first issue as `request.invalid`: `field` is its path, `mend` what the schema expects; `details.also` names further fields that are wrong. */
export function faultOfIssues(issues: readonly z.core.$ZodIssue[], place: Place): FaultError {
  const issue = deepest(issues);
  if (place === "query" && issue?.code === "unrecognized_keys") return unknownParameter(issue.keys);
  const field = fieldOf(issue, place);
  const also = [...new Set(issues.map((each) => fieldOf(deepest([each]), place)))].filter((each) => each !== field);
  return faultError(codeOf(issue), {
    field,
    mend: issue?.message ?? "Invalid input",
    ...(issues.length > 1
      ? { details: { problems: issues.length, ...(also.length > 0 ? { also: also.slice(0, ALSO_MAX).join(", ") } : {}) } }
      : {}),
  });
}

function fieldOf(issue: z.core.$ZodIssue | undefined, place: Place): string {
  const path = issue?.path.map(String).join(".") ?? "";
  return path === "" ? place : path;
}

/** Schemas that read by a reader of the domain hand on its codes. */
function codeOf(issue: z.core.$ZodIssue | undefined): FaultCode {
  const code: unknown = issue?.code === "custom" ? issue.params?.["fault"] : undefined;
  return typeof code === "string" && isFaultCode(code) ? code : "request.invalid";
}

function unknownParameter(names: readonly string[]): FaultError {
  const [name = "query"] = names;
  return faultError("request.invalid", {
    field: name,
    mend: `There is no parameter "${name}" here; leave it out or see /api/docs for the ones there are`,
    ...(names.length > 1 ? { details: { problems: names.length } } : {}),
  });
}

/**
 * Looks into unions: the alternative that came furthest says most about what was meant, and of those one whose choices fit. Where all stop at the same choice, it is one
 * choice.
 */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues;
  if (first?.code !== "invalid_union") return first;
  const alternatives = first.errors.map((alternative) => deepest(alternative)).filter((issue) => issue !== undefined);
  const isChoice = (issue: z.core.$ZodIssue): number => (issue.code === "invalid_value" ? 1 : 0);
  const best = alternatives.toSorted((a, b) => b.path.length - a.path.length || isChoice(a) - isChoice(b))[0];
  if (best === undefined) return first;
  const values = alternatives.flatMap((issue) => (issue.code === "invalid_value" && samePath(issue, best) ? issue.values : []));
  const whole = best.code === "invalid_value" ? { ...best, values, message: choiceMend(values) } : best;
  return { ...whole, path: [...first.path, ...best.path] };
}

function samePath(a: z.core.$ZodIssue, b: z.core.$ZodIssue): boolean {
  return a.path.join("\u0000") === b.path.join("\u0000");
}

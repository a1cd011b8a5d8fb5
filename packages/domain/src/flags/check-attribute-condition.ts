import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { isOperators, OPERATOR_NAMES } from "./attribute-condition.ts";
import { problemOfPattern } from "./check-pattern.ts";

/** What is wrong with a condition, and where in it. */
export type ConditionProblem = { readonly path: string; readonly mend: string };

const DEPTH_MAX = 8;
const LISTS: readonly string[] = ["$in", "$nin", "$ini", "$nini", "$all", "$alli"];

/** What clients would take for "nobody" or read differently is refused: unknown operators, broken lists and patterns. Undefined when all is well. */
export function problemOfCondition(condition: JsonObject, path = "", depth = 0): ConditionProblem | undefined {
  if (depth > DEPTH_MAX) return { path, mend: `Nest conditions at most ${DEPTH_MAX} deep` };
  for (const [key, asked] of Object.entries(condition)) {
    const here = path === "" ? key : `${path}.${key}`;
    const problem = key.startsWith("$") ? problemOfGroup(key, asked, here, depth) : problemOfAsked(asked, here, depth);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfGroup(key: string, asked: Json, path: string, depth: number): ConditionProblem | undefined {
  if (key === "$not")
    return isJsonObject(asked) ? problemOfCondition(asked, path, depth + 1) : { path, mend: "Give $not a condition in braces" };
  if (key !== "$and" && key !== "$or" && key !== "$nor") return { path, mend: "Use $and, $or, $nor and $not, or the name of an attribute" };
  if (!Array.isArray(asked) || asked.length === 0) return { path, mend: `Give ${key} a list of conditions` };
  return firstOf(asked, (part, at) =>
    isJsonObject(part)
      ? problemOfCondition(part, `${path}[${at}]`, depth + 1)
      : { path: `${path}[${at}]`, mend: "Give a condition in braces" },
  );
}

function problemOfAsked(asked: Json, path: string, depth: number): ConditionProblem | undefined {
  if (depth > DEPTH_MAX) return { path, mend: `Nest conditions at most ${DEPTH_MAX} deep` };
  if (!isOperators(asked)) {
    const mixed = isJsonObject(asked) && Object.keys(asked).some((key) => key.startsWith("$"));
    return mixed ? { path, mend: "Use either operators or plain values in one pair of braces" } : undefined;
  }
  return firstOf(Object.entries(asked), ([operator, operand]) => problemOfOperand(operator, operand, `${path}.${operator}`, depth));
}

function problemOfOperand(operator: string, operand: Json, path: string, depth: number): ConditionProblem | undefined {
  if (!OPERATOR_NAMES.includes(operator)) return { path, mend: `Use one of ${OPERATOR_NAMES.join(", ")}` };
  if (LISTS.includes(operator)) return Array.isArray(operand) ? undefined : { path, mend: "Give a list" };
  if (operator === "$regex" || operator === "$regexi") {
    const mend = typeof operand === "string" ? problemOfPattern(operand) : "Give a pattern as text";
    return mend === undefined ? undefined : { path, mend };
  }
  if (operator === "$not" || operator === "$size") return problemOfAsked(operand, path, depth + 1);
  return operator === "$elemMatch" ? problemOfElement(operand, path, depth) : undefined;
}

function problemOfElement(operand: Json, path: string, depth: number): ConditionProblem | undefined {
  if (!isJsonObject(operand)) return { path, mend: "Give a condition in braces" };
  return isOperators(operand) ? problemOfAsked(operand, path, depth + 1) : problemOfCondition(operand, path, depth + 1);
}

function firstOf<T>(items: readonly T[], problemOf: (item: T, at: number) => ConditionProblem | undefined): ConditionProblem | undefined {
  for (const [at, item] of items.entries()) {
    const problem = problemOf(item, at);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

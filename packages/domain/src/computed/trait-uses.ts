import { usesOfRule } from "../segments/rule-uses.ts";
import { leavesOf } from "../segments/tracker.ts";
import type { PersonCondition } from "../conditions/condition.ts";
import { pathOf } from "../conditions/value-at.ts";
import { isJsonObject, type Json } from "../json.ts";

/** Whether a condition on people asks for a trait, or for one of its values. */
export function ruleNamesTrait(condition: PersonCondition, trait: string, value?: string): boolean {
  if (value === undefined) return usesOfRule(condition).traits.some((each) => pathOf(each)[0] === trait);
  return leavesOf(condition).some((leaf) => "trait" in leaf && pathOf(leaf.trait)[0] === trait && namesValue(leaf, value));
}

function namesValue(leaf: object, value: string): boolean {
  const named = ["is" in leaf ? leaf.is : undefined, "isNot" in leaf ? leaf.isNot : undefined];
  return named.some((values) => Array.isArray(values) && values.includes(value));
}

/** Whether a question, a tile or the definition of a metric asks for a trait, or for one of its values: these name it as `trait` and nothing else so. */
export function queryNamesTrait(query: Json, trait: string, value?: string): boolean {
  const pending: Json[] = [query];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) pending.push(...(next as readonly Json[]));
    else if (isJsonObject(next)) {
      const named = next["trait"];
      if (typeof named === "string" && pathOf(named)[0] === trait && (value === undefined || namesValue(next, value))) return true;
      for (const value of Object.values(next)) if (value !== undefined) pending.push(value);
    }
  }
  return false;
}

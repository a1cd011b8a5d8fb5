import { usesOfRule } from "../segments/rule-uses.ts";
import type { PersonCondition } from "../conditions/condition.ts";
import { pathOf } from "../conditions/value-at.ts";
import { isJsonObject, type Json } from "../json.ts";

/** Whether a condition on people asks for a trait. */
export function ruleNamesTrait(condition: PersonCondition, trait: string): boolean {
  return usesOfRule(condition).traits.some((each) => pathOf(each)[0] === trait);
}

/** Whether a question, a tile or the definition of a metric asks for a trait: these name it as `trait` and nothing else so. */
export function queryNamesTrait(query: Json, trait: string): boolean {
  const pending: Json[] = [query];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) pending.push(...(next as readonly Json[]));
    else if (isJsonObject(next)) {
      const named = next["trait"];
      if (typeof named === "string" && pathOf(named)[0] === trait) return true;
      for (const value of Object.values(next)) if (value !== undefined) pending.push(value);
    }
  }
  return false;
}

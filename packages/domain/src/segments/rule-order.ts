import type { PersonCondition } from "../conditions/condition.ts";
import { leavesOf } from "./tracker.ts";

/** Ids of the segments that a condition asks about. */
export function segmentsIn(condition: PersonCondition): ReadonlySet<string> {
  return new Set(leavesOf(condition).flatMap((leaf) => ("segment" in leaf ? [leaf.segment] : [])));
}

export type OrderedRule = { readonly id: string; readonly condition: PersonCondition };

/** Rules in an order in which each comes after those it asks about; undefined when they ask in a circle. */
export function inRuleOrder<R extends OrderedRule>(rules: readonly R[]): readonly R[] | undefined {
  const waiting = new Map(rules.map((rule) => [rule.id, { rule, asks: segmentsIn(rule.condition) }]));
  const ordered: R[] = [];
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ asks }) => ![...asks].some((id) => waiting.has(id)));
    if (free.length === 0) return undefined;
    for (const { rule } of free) {
      ordered.push(rule);
      waiting.delete(rule.id);
    }
  }
  return ordered;
}

import type { PersonCondition, PersonLeaf } from "../conditions/condition.ts";
import { pathOf } from "../conditions/value-at.ts";
import { leavesOf, traitsOfLeaf } from "./tracker.ts";

/** Ids of the segments that a condition asks about. */
export function segmentsIn(condition: PersonCondition): ReadonlySet<string> {
  return new Set(leavesOf(condition).flatMap(segmentsOfLeaf));
}

function segmentsOfLeaf(leaf: PersonLeaf): readonly string[] {
  if ("segment" in leaf) return [leaf.segment];
  return "population" in leaf && leaf.among !== undefined ? [leaf.among.segment] : [];
}

/** A rule; `gives` is what its members have by it: a tag, or a trait. */
export type OrderedRule = {
  readonly id: string;
  readonly condition: PersonCondition;
  readonly gives?: { readonly tag?: string; readonly trait?: string };
};

/** Rules in an order in which each comes after those it asks about, also by way of what they give; undefined when they ask in a circle. */
export function inRuleOrder<R extends OrderedRule>(rules: readonly R[]): readonly R[] | undefined {
  const waiting = new Map(rules.map((rule) => [rule.id, { rule, asks: rulesAsked(rule.condition, rules) }]));
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

function rulesAsked(condition: PersonCondition, rules: readonly OrderedRule[]): ReadonlySet<string> {
  const leaves = leavesOf(condition);
  const tags = new Set(leaves.flatMap((leaf) => ("tag" in leaf ? [leaf.tag] : [])));
  const traits = new Set(leaves.flatMap((leaf) => traitsOfLeaf(leaf).map((trait) => pathOf(trait)[0] ?? "")));
  const giving = rules.filter(({ gives }) => tags.has(gives?.tag ?? "") || traits.has(gives?.trait ?? ""));
  return new Set([...segmentsIn(condition), ...giving.map(({ id }) => id)]);
}

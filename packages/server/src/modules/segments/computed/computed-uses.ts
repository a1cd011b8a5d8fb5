import type { Use } from "@terrace/contract/api/segments";
import { ruleNamesTrait } from "@terrace/domain/computed/trait-uses";
import { traitOfComputed } from "@terrace/domain/traits/computed-traits";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";
import { openCondition } from "../live/live-plan.ts";
import { loadRules } from "../live/rule.store.ts";
import { distinctUses, useOfRule } from "../segment-uses.ts";
import type { SegmentDeps } from "../segment-deps.ts";

/** What would break without a computed trait: rules of segments, classes and tags, and whatever asks about figures. */
export async function usesOfComputed(deps: SegmentDeps, db: Db | Tx, workspaceId: number, key: string): Promise<readonly Use[]> {
  const trait = traitOfComputed(key);
  const rules = (await loadRules(db, workspaceId)).filter((row) => ruleNamesTrait(openCondition(deps, row.condition), trait));
  return [...distinctUses(rules.map((row) => useOfRule(row))), ...(await deps.traitUsedBy(workspaceId, trait))];
}

/** Throws `computed_trait.in_use` when something would break. */
export async function refuseUsedTrait(deps: SegmentDeps, tx: Tx, workspaceId: number, key: string): Promise<void> {
  const [first, ...more] = await usesOfComputed(deps, tx, workspaceId, key);
  if (first === undefined) return;
  throw faultError("computed_trait.in_use", {
    field: "trait",
    mend: "Take it out of what uses it first",
    details: { name: first.name, more: more.length },
  });
}

import type { Use } from "@terrace/contract/api/segments";
import { ruleNamesTrait } from "@terrace/domain/computed/trait-uses";
import { classOfPyramid, traitOfClass } from "@terrace/domain/traits/computed-traits";
import { openCondition } from "../live/live-plan.ts";
import { loadRules, type RuleRow } from "../live/rule.store.ts";
import { distinctUses, useOfRule, usesOf } from "../segment-uses.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import type { PyramidRow } from "./pyramid.store.ts";
import { layerSegment } from "./pyramid-view.ts";

/** What names a layer: by its segment, or by the value of the trait. */
export async function usesOfLayer(deps: SegmentDeps, workspaceId: number, row: PyramidRow, layer: string): Promise<readonly Use[]> {
  const trait = traitOfPyramid(row);
  const rules = await loadRules(deps.db, workspaceId);
  const own = new Set(rules.filter(({ gives }) => gives.trait === trait).map(({ segmentId }) => segmentId));
  const bySegment = (await usesOf(deps, workspaceId, await layerSegment(deps.db, workspaceId, row, layer))).filter(
    (use) => use.kind !== "segment" || !own.has(use.id),
  );
  return distinctUses([...bySegment, ...rulesAsking(deps, rules, trait, layer), ...(await deps.traitUsedBy(workspaceId, trait, layer))]);
}

/** What names a pyramid by its trait. */
export async function usesOfPyramid(deps: SegmentDeps, workspaceId: number, row: PyramidRow): Promise<readonly Use[]> {
  const trait = traitOfPyramid(row);
  const rules = await loadRules(deps.db, workspaceId);
  return distinctUses([...rulesAsking(deps, rules, trait), ...(await deps.traitUsedBy(workspaceId, trait))]);
}

function traitOfPyramid({ key }: PyramidRow): string {
  return traitOfClass(classOfPyramid(key));
}

function rulesAsking(deps: SegmentDeps, rules: readonly RuleRow[], trait: string, value?: string): readonly Use[] {
  return rules.flatMap((row) =>
    row.gives.trait !== trait && ruleNamesTrait(openCondition(deps, row.condition), trait, value) ? [useOfRule(row)] : [],
  );
}

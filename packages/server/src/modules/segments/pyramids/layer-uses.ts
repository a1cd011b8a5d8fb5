import type { Use } from "@terrace/contract/api/segments";
import type { PersonCondition, PersonLeaf } from "@terrace/domain/conditions/condition";
import { leavesOf } from "@terrace/domain/segments/tracker";
import { classOfPyramid, traitOfClass } from "@terrace/domain/traits/computed-traits";
import { openCondition } from "../live/live-plan.ts";
import { loadRules } from "../live/rule.store.ts";
import { usesOf } from "../segment-uses.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import type { PyramidRow } from "./pyramid.store.ts";
import { layerSegment } from "./pyramid-view.ts";

/** What names a layer: by its segment, or by the value of the trait. */
export async function usesOfLayer(deps: SegmentDeps, workspaceId: number, row: PyramidRow, layer: string): Promise<readonly Use[]> {
  const trait = traitOfClass(classOfPyramid(row.key));
  const rules = await loadRules(deps.db, workspaceId);
  const own = new Set(rules.filter(({ gives }) => gives.trait === trait).map(({ segmentId }) => segmentId));
  const bySegment = (await usesOf(deps, workspaceId, await layerSegment(deps.db, workspaceId, row, layer))).filter(
    (use) => use.kind !== "segment" || !own.has(use.id),
  );
  const byTrait = rules.flatMap(({ segmentId, name, condition }): readonly Use[] =>
    namesValue(openCondition(deps, condition), trait, layer) ? [{ kind: "segment", id: segmentId, name }] : [],
  );
  const distinct = new Map([...bySegment, ...byTrait].map((use) => [`${use.kind} ${use.id}`, use]));
  return [...distinct.values()];
}

function namesValue(condition: PersonCondition, trait: string, value: string): boolean {
  return leavesOf(condition).some((leaf) => "trait" in leaf && leaf.trait === trait && valuesOf(leaf).includes(value));
}

function valuesOf(leaf: PersonLeaf): readonly (string | number | boolean)[] {
  if ("is" in leaf && Array.isArray(leaf.is)) return leaf.is;
  return "isNot" in leaf ? leaf.isNot : [];
}

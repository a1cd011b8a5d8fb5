import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { inRuleOrder } from "@terrace/domain/segments/rule-order";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { openCondition } from "./live/live-plan.ts";
import { insertRule, loadRules } from "./live/rule.store.ts";
import { requireSegments, RULES_MAX } from "./rule.commands.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { countSegments, insertSegment, markCopied, SEGMENTS_MAX } from "./segment.store.ts";

/** What a rule that stands behind something else is kept for. */
export type ManagedBy = "tag" | "class" | "layer";
export type ManagedRule = { readonly name: string; readonly rule: PersonCondition; readonly managedBy: ManagedBy };

/** Begins to keep whoever meets a condition, for a tag or a class. Others may change rules of the workspace again when the transaction ends; retrack before. */
export async function insertManagedRule(
  deps: SegmentDeps,
  tx: Tx,
  { workspaceId, actor }: Pick<RouteContext, "workspaceId" | "actor">,
  { name, rule, managedBy }: ManagedRule,
): Promise<string> {
  await requireManagedRoom(tx, workspaceId);
  const at = new Date(deps.nowMs());
  const id = await insertSegment(tx, workspaceId, { name, kind: "rule", madeFrom: null, createdAt: at, createdBy: actor, managedBy });
  await markCopied(tx, workspaceId, id, at);
  await insertRule(tx, workspaceId, { segmentId: id, condition: sealText(deps.privacy, JSON.stringify(rule)), combination: null });
  return id;
}

/** Throws `segment.too_many`. */
export async function requireManagedRoom(tx: Tx, workspaceId: number): Promise<void> {
  if ((await loadRules(tx, workspaceId)).length >= RULES_MAX || (await countSegments(tx, workspaceId)) >= SEGMENTS_MAX)
    throw faultError("segment.too_many", {
      mend: `A workspace has at most ${RULES_MAX} segments by rule, those behind tags, classes and pyramids among them; delete those not in use`,
    });
}

/** Throws `condition.no_such_segment` and, when rules ask about each other in a circle, also by way of tags and traits that they give, `segment.circular`. */
export async function requireOrder(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { field, rule }: { readonly field: string; readonly rule: PersonCondition | undefined },
): Promise<void> {
  if (rule !== undefined) await requireSegments(tx, workspaceId, rule, field);
  const rules = (await loadRules(tx, workspaceId)).map((row) => ({
    id: row.segmentId,
    gives: row.gives,
    condition: openCondition(deps, row.condition),
  }));
  if (inRuleOrder(rules) === undefined)
    throw faultError("segment.circular", {
      field,
      mend: "Take out what asks about this rule, directly, through others, or by the tag or trait that it gives",
    });
}

import type { Use } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { inRuleOrder, segmentsIn } from "@terrace/domain/segments/rule-order";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { openCondition } from "./live/live-plan.ts";
import { placeOf, retrack } from "./live/retrack.ts";
import { changeRule, insertRule, loadRules } from "./live/rule.store.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { recordSegment } from "./segment.commands.ts";
import { countSegments, findSegmentNames, insertSegment, lockSegments, markCopied, SEGMENTS_MAX } from "./segment.store.ts";

/** Segments by rule of a workspace: each one's counters are kept for everyone. */
export const RULES_MAX = 500;

export type RuleAsked = { readonly name: string; readonly rule: PersonCondition };

/** Begins to keep whoever meets a condition as a segment. Throws `segment.too_many`, `condition.no_such_segment`. */
export async function createRuleSegment(deps: SegmentDeps, context: RouteContext, { name, rule }: RuleAsked): Promise<string> {
  const { workspaceId, actor } = context;
  const place = await placeOf(deps, workspaceId);
  return inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    const rules = await loadRules(tx, workspaceId);
    if (rules.length >= RULES_MAX || (await countSegments(tx, workspaceId)) >= SEGMENTS_MAX)
      throw faultError("segment.too_many", {
        mend: `A workspace has at most ${RULES_MAX} segments by rule, and ${SEGMENTS_MAX} in all; delete those not in use`,
      });
    await requireSegments(tx, workspaceId, rule);
    const at = new Date(deps.nowMs());
    const id = await insertSegment(tx, workspaceId, { name, kind: "rule", madeFrom: null, createdAt: at, createdBy: actor });
    await markCopied(tx, workspaceId, id, at);
    await insertRule(tx, workspaceId, { segmentId: id, condition: sealText(deps.privacy, JSON.stringify(rule)) });
    await recordSegment(deps, tx, context, { verb: "create", id, detail: { name, from: "rule" } });
    await retrack(deps, tx, workspaceId, { place });
    return id;
  });
}

/** Gives a segment another rule, in the transaction of the other changes to it. Throws `segment.no_rule`, `segment.circular`, `condition.no_such_segment`. */
export async function replaceRule(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { id, rule }: { readonly id: string; readonly rule: PersonCondition },
): Promise<void> {
  await lockSegments(tx, workspaceId);
  const rules = (await loadRules(tx, workspaceId)).map((row) => ({ id: row.segmentId, condition: openCondition(deps, row.condition) }));
  if (!rules.some((row) => row.id === id))
    throw faultError("segment.no_rule", { field: "rule", mend: "Only a segment that was made with a rule can be given another one" });
  await requireSegments(tx, workspaceId, rule);
  if (inRuleOrder([...rules.filter((row) => row.id !== id), { id, condition: rule }]) === undefined)
    throw faultError("segment.circular", {
      field: "rule",
      mend: "Take out the segment that asks about this one, directly or through others",
    });
  await changeRule(tx, workspaceId, id, sealText(deps.privacy, JSON.stringify(rule)));
  await retrack(deps, tx, workspaceId, { place: await placeOf(deps, workspaceId) });
}

async function requireSegments(tx: Tx, workspaceId: number, rule: PersonCondition): Promise<void> {
  const asked = [...segmentsIn(rule)];
  const known = await findSegmentNames(
    tx,
    workspaceId,
    asked.filter((id) => /^[1-9]\d{0,17}$/.test(id)),
  );
  const missing = asked.find((id) => !known.has(id));
  if (missing !== undefined)
    throw faultError("condition.no_such_segment", {
      field: "rule",
      mend: "Choose a segment of this workspace",
      details: { segment: missing },
    });
}

/** Segments whose rules ask about one. */
export async function rulesNaming(deps: SegmentDeps, db: Db | Tx, workspaceId: number, segmentId: string): Promise<readonly Use[]> {
  return (await loadRules(db, workspaceId)).flatMap((row): readonly Use[] =>
    row.segmentId !== segmentId && segmentsIn(openCondition(deps, row.condition)).has(segmentId)
      ? [{ kind: "segment", id: row.segmentId, name: row.name }]
      : [],
  );
}

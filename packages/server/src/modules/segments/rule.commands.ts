import type { Use } from "@terrace/contract/api/segments";
import { conditionKind } from "@terrace/domain/conditions/condition-kind";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { ruleOfCombination, type Combination } from "@terrace/domain/segments/combination";
import { inRuleOrder, segmentsIn } from "@terrace/domain/segments/rule-order";
import type { StandingSchedule } from "@terrace/domain/segments/standing";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { openCondition } from "./live/live-plan.ts";
import { placeOf, retrack, stopEngine } from "./live/retrack.ts";
import { changeRule, findRule, insertRule, loadRules, type RuleRow } from "./live/rule.store.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { recordSegment } from "./segment.commands.ts";
import { countSegments, findSegmentNames, insertSegment, lockSegments, markCopied, SEGMENTS_MAX } from "./segment.store.ts";

/** Segments by rule of a workspace: each one's counters are kept for everyone. */
export const RULES_MAX = 500;

/** What people of a segment by rule have in common: a condition, or the one that is made of other segments. */
export type Asked =
  { readonly rule: PersonCondition; readonly schedule?: StandingSchedule | undefined } | { readonly combination: Combination };
type Read = {
  readonly field: "rule" | "combination";
  readonly rule: PersonCondition;
  readonly combination: Combination | null;
  readonly schedule: StandingSchedule | null;
};

/** The condition of what is asked, and under which field it stands. Throws `segment.not_scheduled`. */
export function readAsked(asked: Asked): Read {
  if (!("rule" in asked))
    return { field: "combination", rule: ruleOfCombination(asked.combination), combination: asked.combination, schedule: null };
  const { rule, schedule = null } = asked;
  if (schedule !== null && conditionKind(rule) !== "population")
    throw faultError("segment.not_scheduled", {
      field: "schedule",
      mend: "Leave the schedule out, or ask where people stand among all (`population`)",
    });
  return { field: "rule", rule, combination: null, schedule };
}

/** Begins to keep whoever meets a condition as a segment. Throws `segment.too_many`, `condition.no_such_segment`. */
export async function createRuleSegment(deps: SegmentDeps, context: RouteContext, name: string, asked: Asked): Promise<string> {
  const { workspaceId, actor } = context;
  const { field, rule, combination, schedule } = readAsked(asked);
  const kind = combination === null ? "rule" : "combination";
  const place = await placeOf(deps, workspaceId);
  return inTransaction(deps.db, async (tx) => {
    await lockSegments(tx, workspaceId);
    await stopEngine(tx, workspaceId);
    const rules = await loadRules(tx, workspaceId);
    if (rules.length >= RULES_MAX || (await countSegments(tx, workspaceId)) >= SEGMENTS_MAX)
      throw faultError("segment.too_many", {
        mend: `A workspace has at most ${RULES_MAX} segments by rule, and ${SEGMENTS_MAX} in all; delete those not in use`,
      });
    await requireSegments(tx, workspaceId, rule, field);
    const at = new Date(deps.nowMs());
    const id = await insertSegment(tx, workspaceId, { name, kind, madeFrom: null, createdAt: at, createdBy: actor });
    await markCopied(tx, workspaceId, id, at);
    await insertRule(tx, workspaceId, { segmentId: id, condition: sealText(deps.privacy, JSON.stringify(rule)), combination, schedule });
    await recordSegment(deps, tx, context, { verb: "create", id, detail: { name, from: kind } });
    await retrack(deps, tx, workspaceId, { place });
    return id;
  });
}

/**
 * Gives a segment another rule or combination, in the transaction of the other changes to it, which holds the segments and has stopped the engine. Throws `segment.no_rule`, `segment.no_combination`,
 * `segment.circular`, `condition.no_such_segment`.
 */
export async function replaceRule(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { id, asked }: { readonly id: string; readonly asked: Asked },
): Promise<void> {
  const { field, rule, combination, schedule } = readAsked(asked);
  const stored = await loadRules(tx, workspaceId);
  refuseOtherKind(
    stored.find(({ segmentId }) => segmentId === id),
    field,
  );
  const rules = stored.map((row) => ({
    id: row.segmentId,
    gives: row.gives,
    condition: openCondition(deps, row.condition),
  }));
  await requireSegments(tx, workspaceId, rule, field);
  if (inRuleOrder([...rules.filter((row) => row.id !== id), { id, condition: rule }]) === undefined)
    throw faultError("segment.circular", {
      field,
      mend: "Take out the segment that asks about this one, directly or through others",
    });
  await changeRule(tx, workspaceId, { segmentId: id, condition: sealText(deps.privacy, JSON.stringify(rule)), combination, schedule });
  await retrack(deps, tx, workspaceId, { place: await placeOf(deps, workspaceId) });
}

function refuseOtherKind(row: RuleRow | undefined, field: Read["field"]): void {
  const kind = row === undefined ? undefined : row.combination === null ? "rule" : "combination";
  if (kind === field) return;
  throw field === "rule"
    ? faultError("segment.no_rule", { field, mend: "Only a segment that was made with a rule can be given another one" })
    : faultError("segment.no_combination", { field, mend: "Only a segment that was made with a combination can be given another one" });
}

/**
 * Has the leaves about all people of a segment reckoned by another schedule, as `replaceRule` has its rule replaced. Throws `segment.no_rule`, `segment.not_scheduled`.
 */
export async function replaceSchedule(
  deps: SegmentDeps,
  tx: Tx,
  workspaceId: number,
  { id, schedule }: { readonly id: string; readonly schedule: StandingSchedule },
): Promise<void> {
  const row = await findRule(tx, workspaceId, id);
  if (row === undefined || row.combination !== null)
    throw faultError("segment.no_rule", { field: "schedule", mend: "Only a segment that was made with a rule can have a schedule" });
  await replaceRule(deps, tx, workspaceId, { id, asked: { rule: openCondition(deps, row.condition), schedule } });
}

/** Throws `condition.no_such_segment` under a field. */
export async function requireSegments(db: Db | Tx, workspaceId: number, rule: PersonCondition, field: string): Promise<void> {
  const asked = [...segmentsIn(rule)];
  const known = await findSegmentNames(
    db,
    workspaceId,
    asked.filter((id) => /^[1-9]\d{0,17}$/.test(id)),
  );
  const missing = asked.find((id) => !known.has(id));
  if (missing !== undefined)
    throw faultError("condition.no_such_segment", {
      field,
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

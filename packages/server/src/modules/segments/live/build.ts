import { segmentsIn } from "@terrace/domain/segments/rule-order";
import type { ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { isRefusal } from "../../../platform/storage/refusal.ts";
import { copyUncopied } from "../member-copy.store.ts";
import { loadUnbuilt, markBuilt, uncopiedAmong, writeMembers, type PeopleTexts, type Unbuilt } from "./build.store.ts";
import { readMeeting } from "./build.views.ts";
import { keepFromEvaluating, loadEngine } from "./engine.store.ts";
import type { LiveDeps } from "./live-deps.ts";
import { askedCondition } from "./live-plan.ts";
import { placeOf, retrack, stopEngine } from "./retrack.ts";
import { settleTags } from "../tag-rules/tag-rule.store.ts";

/** Finds the members of the next rule that was made or changed by one query over everyone; false when none waits. */
export async function stepBuild(deps: LiveDeps, workspaceId: number, signal: AbortSignal): Promise<boolean> {
  const next = await nextToBuild(deps, workspaceId);
  if (next === undefined) return false;
  const nowMs = deps.nowMs();
  const people = await peopleMeeting(deps, workspaceId, next, { nowMs, signal });
  await inTransaction(deps.db, (tx) => writeBuilt(deps, tx, workspaceId, { rule: next, people, at: new Date(nowMs) }));
  await copyUncopied(deps, workspaceId, next.segmentId, new Date(deps.nowMs()));
  return true;
}

type Built = { readonly rule: Unbuilt; readonly people: PeopleTexts | undefined; readonly at: Date };

/** Writes the members, while nobody evaluates; does nothing when the rule has changed since. Once the last rule is built, they settle together. */
async function writeBuilt(deps: LiveDeps, tx: Tx, workspaceId: number, { rule, people, at }: Built): Promise<void> {
  const { segmentId } = rule;
  await keepFromEvaluating(tx, workspaceId);
  const waiting = await loadUnbuilt(tx, workspaceId);
  if (!waiting.some((one) => one.segmentId === segmentId && Buffer.compare(one.condition, rule.condition) === 0)) return;
  if (people !== undefined) {
    await writeMembers(tx, { workspaceId, segmentId, people, why: rule.why, at });
    await settleTags(tx, workspaceId, segmentId, at);
  }
  const isLast = waiting.length === 1;
  // Whoever ends a fill holds these before it writes rules.
  if (isLast) await stopEngine(tx, workspaceId);
  if (!(await markBuilt(tx, workspaceId, rule, people === undefined ? null : at)))
    throw new Error(`the rule of segment ${segmentId} changed`);
  const engine = isLast ? await loadEngine(tx, workspaceId) : undefined;
  if (engine !== undefined) await retrack(deps, tx, workspaceId, { place: engine.place });
}

/** The oldest whose own segments are built and known to the event engine. */
async function nextToBuild(deps: LiveDeps, workspaceId: number): Promise<Unbuilt | undefined> {
  const waiting = await loadUnbuilt(deps.db, workspaceId);
  if (waiting.length === 0) return undefined;
  const asked = waiting.map((rule) => ({ rule, segments: [...segmentsIn(askedCondition(deps, rule))] }));
  const missing = new Set([
    ...waiting.map(({ segmentId }) => segmentId),
    ...(await uncopiedAmong(deps.db, workspaceId, [...new Set(asked.flatMap(({ segments }) => segments))])),
  ]);
  return asked.find(({ segments }) => !segments.some((id) => missing.has(id)))?.rule;
}

/** Undefined where the engine refuses the question: then they come in as everyone is evaluated. */
async function peopleMeeting(
  deps: LiveDeps,
  workspaceId: number,
  rule: Unbuilt,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<PeopleTexts | undefined> {
  const { zone } = await placeOf(deps, workspaceId);
  const tools: ConditionTools = {
    workspaceId,
    virtuals: await deps.virtualEvents(workspaceId),
    tokenise: (personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value),
    nowMs,
    zone,
  };
  try {
    return await readMeeting(deps.warehouse, askedCondition(deps, rule), tools, signal);
  } catch (error) {
    if (!isRefusal(error, signal)) throw error;
    deps.log.warn({ err: error, segment: rule.segmentId }, "the event engine did not find a segment's members; they come in one by one");
    return undefined;
  }
}

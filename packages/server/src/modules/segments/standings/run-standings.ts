import { nextRunMs } from "@terrace/domain/pulls/schedule";
import { readStanding, type Standing } from "@terrace/domain/segments/standing";
import { openText } from "../../../platform/sealed-text.ts";
import { peopleStandingSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { isRefusal } from "../../../platform/storage/refusal.ts";
import { uncopiedAmong, writeMembers, type PeopleTexts } from "../live/build.store.ts";
import { readPeople } from "../live/build.views.ts";
import { keepFromEvaluating, loadEngine } from "../live/engine.store.ts";
import type { LiveDeps } from "../live/live-deps.ts";
import { retrack, stopEngine } from "../live/retrack.ts";
import { findRule } from "../live/rule.store.ts";
import { copyUncopied, forgetSegment } from "../member-copy.store.ts";
import { deleteSegment } from "../segment.store.ts";
import { findIdleStanding, holdDue, isStillDue, loadDueStandings, saveReckoned, saveRefused, type StandingRow } from "./standing.store.ts";

/** How long what the event engine refused is left alone. */
const RETRY_AFTER_MS = 5 * 60_000;

/** Reckons the next standing whose time has come; false when none has. */
export async function stepStanding(deps: LiveDeps, workspaceId: number, signal: AbortSignal): Promise<boolean> {
  const nowMs = deps.nowMs();
  const asked = { now: new Date(nowMs), retryBefore: new Date(nowMs - RETRY_AFTER_MS) };
  for (const row of await loadDueStandings(deps.db, workspaceId, asked)) {
    const standing = readStanding(openText(deps.privacy, row.spec));
    if (!(await isGroundKnown(deps, workspaceId, standing))) continue;
    const people = await peopleStanding(deps, workspaceId, { row, standing, nowMs, signal });
    if (people !== undefined) await write(deps, workspaceId, { row, standing, people, asOf: new Date(nowMs) });
    return true;
  }
  return false;
}

/** Whether the event engine knows the members of the segment among whom people are put in order. */
async function isGroundKnown(deps: LiveDeps, workspaceId: number, { leaf: { among } }: Standing): Promise<boolean> {
  if (among === undefined) return true;
  const rule = await findRule(deps.db, workspaceId, among.segment);
  if (rule !== undefined && rule.stage === "filling" && rule.wantsBuild) return false;
  return (await uncopiedAmong(deps.db, workspaceId, [among.segment])).size === 0;
}

type Asking = { readonly row: StandingRow; readonly standing: Standing; readonly nowMs: number; readonly signal: AbortSignal };

/** Undefined where the engine refuses the question; members stay as they are. */
async function peopleStanding(
  deps: LiveDeps,
  workspaceId: number,
  { row, standing, nowMs, signal }: Asking,
): Promise<PeopleTexts | undefined> {
  // Values of the leaf are as they are stored already.
  const tools: ConditionTools = { workspaceId, virtuals: standing.clicks, tokenise: (_class, value) => value, nowMs, zone: standing.zone };
  try {
    return await readPeople(deps.warehouse, peopleStandingSql(standing.leaf, tools), { workspaceId, feature: "segments.standing", signal });
  } catch (error) {
    if (!isRefusal(error, signal)) throw error;
    deps.log.warn(
      { err: error, segment: row.segmentId },
      "the event engine did not find who stands where among all people; it is asked again",
    );
    await saveRefused(deps.db, workspaceId, row.segmentId, new Date(nowMs));
    return undefined;
  }
}

type Found = { readonly row: StandingRow; readonly standing: Standing; readonly people: PeopleTexts; readonly asOf: Date };

/** Writes who stands there and has the rules that ask look at whoever came or went, in one transaction; nothing where another run was first. */
async function write(deps: LiveDeps, workspaceId: number, { row, standing, people, asOf }: Found): Promise<void> {
  const { segmentId } = row;
  const isFirst = row.asOf === null;
  const written = await inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    if (!(await isStillDue(tx, workspaceId, row))) return false;
    await writeMembers(tx, { workspaceId, segmentId, people, why: "schedule", at: asOf, touch: "schedule" });
    // Whoever ends a fill holds the engine before it writes standings.
    if (isFirst) await stopEngine(tx, workspaceId);
    if (!(await holdDue(tx, workspaceId, row))) throw new Overtaken();
    const nextAt = new Date(nextRunMs(standing.schedule, standing.zone, asOf.getTime()));
    await saveReckoned(tx, workspaceId, segmentId, { asOf, nextAt, lagMs: Math.max(0, deps.nowMs() - row.nextAt.getTime()) });
    const engine = isFirst ? await loadEngine(tx, workspaceId) : undefined;
    // Rules may wait for nothing else.
    if (engine !== undefined) await retrack(deps, tx, workspaceId, { place: engine.place });
    return true;
  }).catch((error: unknown) => {
    if (error instanceof Overtaken) return false;
    throw error;
  });
  if (written) await copyUncopied(deps, workspaceId, segmentId, new Date(deps.nowMs()));
}

/** It was dropped, or is to be reckoned by something else, while its members were written: they are not. */
class Overtaken extends Error {}

/** Removes the segment of a leaf that no rule asks for any more; false when there is none. */
export async function sweepStanding(deps: LiveDeps): Promise<boolean> {
  const idle = await findIdleStanding(deps.db);
  if (idle === undefined) return false;
  const { workspaceId, segmentId } = idle;
  await inTransaction(deps.db, (tx) => deleteSegment(tx, workspaceId, segmentId));
  await forgetSegment(deps.warehouse, workspaceId, segmentId);
  return true;
}

import { RFM_KEYS, rfmValue } from "@terrace/domain/insight/rfm/rfm-classes";
import { nextRunMs } from "@terrace/domain/pulls/schedule";
import { traitOfClass } from "@terrace/domain/traits/computed-traits";
import { openText } from "../../../platform/sealed-text.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { isRefusal } from "../../../platform/storage/refusal.ts";
import { loadClasses, loadValues } from "../classes/class.store.ts";
import { loadDropped } from "../classes/dropped-trait.store.ts";
import { writeMembers } from "../live/build.store.ts";
import { keepFromEvaluating } from "../live/engine.store.ts";
import type { LiveDeps, RfmScoring, ScoredPeople } from "../live/live-deps.ts";
import { copyUncopied } from "../member-copy.store.ts";
import { findDueScoring, holdScoring, saveScored, saveScoringRefused, type ScoringRow } from "./rfm.store.ts";

/** How long what the event engine refused is left alone. */
const RETRY_AFTER_MS = 5 * 60_000;

/** Scores everyone of a workspace whose time for that has come; false when it has not. */
export async function stepRfm(deps: LiveDeps, workspaceId: number, signal: AbortSignal): Promise<boolean> {
  const nowMs = deps.nowMs();
  const row = await findDueScoring(deps.db, workspaceId, { now: new Date(nowMs), retryBefore: new Date(nowMs - RETRY_AFTER_MS) });
  if (row === undefined || (await areOthersDropped(deps, workspaceId))) return false;
  const scored = await scores(deps, workspaceId, row, signal);
  if (scored === undefined) return true;
  const nextAt = new Date(nextRunMs({ dailyAt: row.dailyAt }, await deps.timeZone(workspaceId), nowMs));
  const segments = await write(deps, workspaceId, { row, scored, nextAt });
  for (const segmentId of segments) await copyUncopied(deps, workspaceId, segmentId, new Date(deps.nowMs()));
  return true;
}

/** Whether people may still have traits of a scoring that was switched off. */
async function areOthersDropped(deps: LiveDeps, workspaceId: number): Promise<boolean> {
  const own = new Set(RFM_KEYS.map(traitOfClass));
  return (await loadDropped(deps.db, workspaceId)).some(({ trait }) => own.has(trait));
}

/** Undefined where the engine refuses the question; everyone keeps what they have. */
async function scores(deps: LiveDeps, workspaceId: number, row: ScoringRow, signal: AbortSignal): Promise<ScoredPeople | undefined> {
  try {
    // Read by the contract's schema before it was sealed.
    return await deps.scoreRfm(workspaceId, JSON.parse(openText(deps.privacy, row.spec)) as RfmScoring, signal);
  } catch (error) {
    if (!isRefusal(error, signal)) throw error;
    deps.log.warn({ err: error, workspace: workspaceId }, "the event engine did not score everyone by RFM; it is asked again");
    await saveScoringRefused(deps.db, workspaceId, new Date(deps.nowMs()));
    return undefined;
  }
}

type Found = { readonly row: ScoringRow; readonly scored: ScoredPeople; readonly nextAt: Date };

/**
 * Writes who has which value, in one transaction, and has whoever came or went looked at: evaluation makes traits of it. Who is sorted for the first time, or by
 * another scoring, is not told. Answers the segments of the values; none where the scoring was changed or done by another meanwhile.
 */
async function write(deps: LiveDeps, workspaceId: number, { row, scored, nextAt }: Found): Promise<readonly string[]> {
  const isFirst = row.asOf === null;
  return inTransaction(deps.db, async (tx) => {
    await keepFromEvaluating(tx, workspaceId);
    if (!(await holdScoring(tx, workspaceId, row))) return [];
    const at = new Date(deps.nowMs());
    const keys = new Map((await loadClasses(tx, workspaceId)).map(({ id, key }) => [id, RFM_KEYS.find((one) => one === key)]));
    const written: string[] = [];
    for (const { classId, segmentId, value } of await loadValues(tx, workspaceId)) {
      const key = keys.get(classId);
      if (key === undefined) continue;
      const people = scored.people.filter((each) => rfmValue(key, each) === value).map(({ ids }) => ids);
      const why = isFirst ? "build" : "schedule";
      await writeMembers(tx, { workspaceId, segmentId, people, why, at, touch: isFirst ? "pass" : "schedule" });
      written.push(segmentId);
    }
    await saveScored(tx, workspaceId, {
      asOf: new Date(scored.atMs),
      nextAt,
      lagMs: Math.max(0, deps.nowMs() - row.nextAt.getTime()),
    });
    return written;
  });
}

import { isStoredUpTo } from "../../platform/feed/batch.store.ts";
import type { ConditionTools } from "../../platform/storage/condition-sql.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import type { Turns } from "../../platform/turns.ts";
import { minorDigits } from "../insight/module.ts";
import { lockSettling } from "./claim.store.ts";
import { loadIdsOf, loadLookingWorkspaces, loadWaiting, saveLooks, type Waiting } from "./look.store.ts";
import { findConversions, type LookedFor } from "./look.views.ts";
import { convertWithinMs, loadPrograms, type Program } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { tellConverted } from "./tell.ts";

/** People of one look. */
const PEOPLE_MAX = 5_000;

/** Looks for conversions of bound people whose events the event engine holds; false when nobody waits, or their events are still on their way. */
export async function lookForConversions(deps: ReferralDeps, turns: Turns<number>): Promise<boolean> {
  return turns(await loadLookingWorkspaces(deps.db), (workspaceId) => lookIn(deps, workspaceId));
}

async function lookIn(deps: ReferralDeps, workspaceId: number): Promise<boolean> {
  const waiting = await loadWaiting(deps.db, workspaceId, PEOPLE_MAX);
  const stored = await storedOf(deps, waiting);
  const programs = new Map((await loadPrograms(deps.db, deps.privacy, workspaceId)).map((program) => [program.id, program]));
  const program = programs.get(stored[0]?.programId ?? "");
  if (program === undefined) return false;
  const found = await findConversions(deps.warehouse, program, await idsOf(deps, workspaceId, stored), await readingOf(deps, program));
  await inTransaction(deps.db, async (tx) => {
    await lockSettling(tx, workspaceId);
    await saveLooks(tx, workspaceId, stored, { found, windowMs: convertWithinMs(program) });
    await tellConverted(deps, tx, workspaceId, programs);
  });
  return true;
}

/** By every id that somebody has now: who is joined or parted meanwhile is asked for again. */
async function idsOf({ db }: ReferralDeps, workspaceId: number, people: readonly Waiting[]): Promise<readonly LookedFor[]> {
  const own = Map.groupBy(
    await loadIdsOf(
      db,
      workspaceId,
      people.map(({ inviteeId }) => inviteeId),
    ),
    ({ personId }) => personId,
  );
  return people.flatMap(({ inviteeId, atMs }) => (own.get(inviteeId) ?? []).map(({ originId }) => ({ inviteeId, originId, atMs })));
}

/** They come in order of their batches: those up to the last that is stored. */
async function storedOf(deps: ReferralDeps, waiting: readonly Waiting[]): Promise<readonly Waiting[]> {
  const batches = [...new Set(waiting.map(({ batch }) => batch))];
  let last = "";
  await inTransaction(deps.db, async (tx) => {
    for (const batch of batches) {
      if (!(await isStoredUpTo(tx, batch))) return;
      last = batch;
    }
  });
  return last === "" ? [] : waiting.filter(({ batch }) => BigInt(batch) <= BigInt(last));
}

async function readingOf(deps: ReferralDeps, { workspaceId }: Program) {
  const workspace = await deps.workspace(workspaceId);
  const currency = workspace?.currency ?? "CNY";
  const tools: ConditionTools = {
    workspaceId,
    virtuals: await deps.virtualEvents(workspaceId),
    tokenise: (personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value),
    nowMs: deps.nowMs(),
    zone: workspace?.timeZone ?? "UTC",
  };
  return { tools, money: { currency, digits: minorDigits(currency) } };
}

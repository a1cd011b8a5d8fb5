import { settleClaims } from "@terrace/domain/referrals/settle-claims";
import { loadNewestBatch } from "../../platform/feed/batch.store.ts";
import type { Turns } from "../../platform/turns.ts";
import { lookUpOneByOne } from "./by-index.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import {
  loadConnected,
  loadTouchedWorkspaces,
  lockSettling,
  saveOutcomes,
  takeTouched,
  type Outcome,
  type StoredClaim,
} from "./claim.store.ts";
import { loadPrograms, type Program } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";
import { tellBound } from "./tell.ts";

const DAY_MS = 86_400_000;
/** Ids that one transaction settles, with all who hang together with them. */
const TOUCHED_MAX = 2_000;

/** Settles people of whom something new was heard, or who were joined or parted; false when there are none. */
export async function settleTouched(deps: ReferralDeps, turns: Turns<number>): Promise<boolean> {
  return turns(await loadTouchedWorkspaces(deps.db), async (workspaceId) => {
    await inTransaction(deps.db, (tx) => settle(deps, tx, workspaceId));
    return true;
  });
}

async function settle(deps: ReferralDeps, tx: Tx, workspaceId: number): Promise<void> {
  await lockSettling(tx, workspaceId);
  const touched = await takeTouched(tx, workspaceId, TOUCHED_MAX);
  if (touched.length === 0) return;
  await lookUpOneByOne(tx);
  const claims = await loadConnected(tx, workspaceId, touched);
  if (claims.length === 0) return;
  const programs = new Map((await loadPrograms(tx, deps.privacy, workspaceId)).map((program) => [program.id, program]));
  const outcomes = [...Map.groupBy(claims, ({ programId }) => programId)].flatMap(([programId, own]) => {
    const program = programs.get(programId);
    return program === undefined ? [] : outcomesOf(program, own);
  });
  await saveOutcomes(tx, workspaceId, outcomes, await loadNewestBatch(tx));
  await tellBound(deps, tx, workspaceId, programs);
}

/** What is to be made of the claims of a program, where that differs from what was made of them before. */
function outcomesOf({ settings }: Program, claims: readonly StoredClaim[]): readonly Outcome[] {
  const settled = settleClaims(claims, { newPeopleOnly: settings.newPeopleOnly, bindWithinMs: settings.bindWithinDays * DAY_MS });
  return claims.flatMap((claim): readonly Outcome[] => {
    const { claimId, inviteeId, inviterId } = claim;
    const { state, generation } = settled.get(claimId) ?? { state: "later" as const, generation: null };
    const isSame =
      claim.state === state && claim.generation === generation && claim.inviteeWas === inviteeId && claim.inviterWas === inviterId;
    return isSame ? [] : [{ claimId, state, generation, inviteeId, inviterId }];
  });
}

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
  type Touched,
} from "./claim.store.ts";
import { lookAtClaims } from "./look.store.ts";
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
  if (touched.originIds.length === 0) return;
  await lookUpOneByOne(tx);
  const claims = await loadConnected(tx, workspaceId, touched.originIds);
  if (claims.length === 0) return;
  const programs = new Map((await loadPrograms(tx, deps.privacy, workspaceId)).map((program) => [program.id, program]));
  const decided = [...Map.groupBy(claims, ({ programId }) => programId)].flatMap(([programId, own]) => {
    const program = programs.get(programId);
    return program === undefined ? [] : decide(program, own, touched);
  });
  await saveOutcomes(
    tx,
    workspaceId,
    decided.filter(({ isChanged }) => isChanged).map(({ outcome }) => outcome),
  );
  const looks = decided.flatMap(({ outcome: { claimId }, look }) => (look === undefined ? [] : [{ claimId, anew: look === "anew" }]));
  await lookAtClaims(tx, workspaceId, looks, await loadNewestBatch(tx));
  await tellBound(deps, tx, workspaceId, programs);
}

type Decided = { readonly outcome: Outcome; readonly isChanged: boolean; readonly look: Look | undefined };
/** Whether the next look at a person adds to the conversion that is known, or decides it anew. */
type Look = "adding" | "anew";

/** What is to be made of the claims of a program, and who is to be looked at for a conversion; whatever stays as it was is left out. */
function decide({ settings }: Program, claims: readonly StoredClaim[], touched: Touched): readonly Decided[] {
  const settled = settleClaims(claims, { newPeopleOnly: settings.newPeopleOnly, bindWithinMs: settings.bindWithinDays * DAY_MS });
  return claims.flatMap((claim): readonly Decided[] => {
    const { claimId, programId, inviteeId, inviterId } = claim;
    const { state, generation } = settled.get(claimId) ?? { state: "later" as const, generation: null };
    const isChanged =
      claim.state !== state || claim.generation !== generation || claim.inviteeWas !== inviteeId || claim.inviterWas !== inviterId;
    const look = state === "bound" ? lookFor(claim, touched) : undefined;
    return isChanged || look !== undefined
      ? [{ outcome: { claimId, programId, state, generation, inviteeId, inviterId }, isChanged, look }]
      : [];
  });
}

/** A conversion that is known stays while the person has the ids they had: the events it was found in may be deleted since. */
function lookFor(claim: StoredClaim, { joined, parted }: Touched): Look | undefined {
  const { state, inviteeId, inviteeWas, inviteeWasOf, firstSeenMs } = claim;
  // Of who was forgotten, or never seen, there are no events.
  if (firstSeenMs === null) return undefined;
  if (parted.has(inviteeId) || (inviteeWas !== null && inviteeWasOf !== inviteeId)) return "anew";
  return state !== "bound" || inviteeWas !== inviteeId || joined.has(inviteeId) ? "adding" : undefined;
}

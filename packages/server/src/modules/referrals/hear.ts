import { loadNewestBatch } from "../../platform/feed/batch.store.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import type { Turns } from "../../platform/turns.ts";
import { lookUpOneByOne } from "./by-index.ts";
import { hearClaims, lockSettling } from "./claim.store.ts";
import { loadPostedWorkspaces, takeLetters } from "./inbox.store.ts";
import { askForLook } from "./look.store.ts";
import { convertWithinMs, loadPrograms } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** Letters of one transaction. */
const LETTERS_MAX = 5_000;

/** Hears what events and servers said; false when there is nothing. */
export async function hearLetters(deps: ReferralDeps, turns: Turns<number>): Promise<boolean> {
  return turns(await loadPostedWorkspaces(deps.db), async (workspaceId) => {
    await inTransaction(deps.db, (tx) => hear(deps, tx, workspaceId));
    return true;
  });
}

async function hear(deps: ReferralDeps, tx: Tx, workspaceId: number): Promise<void> {
  await lockSettling(tx, workspaceId);
  const letters = await takeLetters(tx, workspaceId, LETTERS_MAX);
  if (letters === undefined) return;
  // Programs may have been deleted since.
  const programs = new Map((await loadPrograms(tx, deps.privacy, workspaceId)).map((program) => [program.id, program]));
  await lookUpOneByOne(tx);
  await hearClaims(
    tx,
    workspaceId,
    letters.heard.filter(({ programId }) => programs.has(programId)),
  );
  const done = letters.done.flatMap((one) => {
    const program = programs.get(one.programId);
    return program === undefined ? [] : [{ ...one, windowMs: convertWithinMs(program) }];
  });
  await askForLook(tx, workspaceId, done, await loadNewestBatch(tx));
}

import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { lockKind, type KindRow } from "./kind.store.ts";
import { tellVerifications, type ToldVerification } from "./tell-verification.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { insertStep, loadDue, lockOfPerson, setState, type HeldVerification } from "./verification.store.ts";
import { settleVerifiedTags } from "./verified-tag.store.ts";

type Deps = Pick<VerificationDeps, "db" | "privacy" | "people" | "nowMs">;
type Due = Awaited<ReturnType<typeof loadDue>>[number];

const AT_ONCE = 200;

/** Ends approvals whose time is over; each in a transaction with its event, so that a run that breaks off is gone on with by the next. */
export async function expireVerifications(deps: Deps): Promise<void> {
  for (;;) {
    const due = await loadDue(deps.db, new Date(deps.nowMs()), AT_ONCE);
    let ended = 0;
    for (const one of due) if (await expire(deps, one)) ended += 1;
    if (due.length < AT_ONCE || ended === 0) return;
  }
}

/** Ends one; false when there is nothing to end any more: it was taken away, replaced or erased since it was read. */
async function expire(deps: Deps, due: Due): Promise<boolean> {
  const { workspaceId, id, kindId, originId } = due;
  const now = new Date(deps.nowMs());
  // Nobody can be told of who was forgotten meanwhile.
  const ref = (await deps.people.clearIds(workspaceId, [originId])).get(originId);
  return inTransaction(deps.db, async (tx) => {
    const kind = await lockKind(tx, workspaceId, { id: kindId });
    if (kind === undefined) return false;
    const own = await lockOfPerson(tx, workspaceId, due);
    const ending = own.find((one) => one.id === id);
    if (ending?.state !== "approved" || ending.validUntil === null || ending.validUntil > now) return false;
    await endApproval(deps, tx, { workspaceId, kind, ending, now });
    const isVerifiedStill = own.some((other) => other.state === "approved" && isLater(other, ending));
    if (ref === undefined || isVerifiedStill) return true;
    const told: ToldVerification = {
      workspaceId,
      id,
      what: "expired",
      kind,
      ref,
      timeMs: ending.validUntil.getTime(),
      atMs: now.getTime(),
    };
    await tellVerifications(deps, tx, [told]);
    return true;
  });
}

type Ending = { readonly workspaceId: number; readonly kind: KindRow; readonly ending: HeldVerification; readonly now: Date };

async function endApproval(deps: Deps, tx: Tx, { workspaceId, kind, ending: { id, originId }, now }: Ending): Promise<void> {
  await setState(tx, workspaceId, { id, state: "expired" });
  await insertStep(tx, workspaceId, { verificationId: id, state: "expired", at: now, by: "", reason: sealText(deps.privacy, "") });
  await settleVerifiedTags(tx, workspaceId, { kindId: kind.id, originIds: [originId], now });
}

/** Approvals of joined people end one after the other, in one order: the last one is told. */
function isLater(other: HeldVerification, than: HeldVerification): boolean {
  const [a, b] = [other.validUntil?.getTime() ?? Infinity, than.validUntil?.getTime() ?? Infinity];
  return a === b ? BigInt(other.id) > BigInt(than.id) : a > b;
}

import { verifiedUntil, VERIFICATION_ACTS, type VerificationAct } from "@terrace/domain/verification/verification-states";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { kindOrThrow } from "./kind.commands.ts";
import { lockKind, type KindRow } from "./kind.store.ts";
import { tellVerifications } from "./tell-verification.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { findVerification, insertStep, lockOfPerson, setState, type HeldVerification } from "./verification.store.ts";
import { settleVerifiedTags } from "./verified-tag.store.ts";

export type Review = { readonly act: "approve" | "reject" | "withdraw" | "revoke"; readonly reason: string };

const ID = /^[1-9]\d{0,17}$/;

/**
 * Decides an application, takes it back, or takes a verification away, and tells of it in one transaction. An approval replaces what the person had of
 * the kind; what is taken away is taken away from all of a joined person. Throws `verification.not_found`, `verification.state_changed`.
 */
export async function review(deps: VerificationDeps, context: RouteContext, id: string, { act, reason }: Review): Promise<void> {
  const { workspaceId } = context;
  const known = ID.test(id) ? await findVerification(deps.db, workspaceId, id) : undefined;
  if (known === undefined) throw unknownVerification();
  const ref = (await deps.people.clearIds(workspaceId, [known.originId])).get(known.originId);
  const now = new Date(deps.nowMs());
  await inTransaction(deps.db, async (tx) => {
    const kind = kindOrThrow(await lockKind(tx, workspaceId, { id: known.kindId }));
    const own = await lockOfPerson(tx, workspaceId, known);
    const held = own.find((one) => one.id === id);
    if (held === undefined) throw unknownVerification();
    refuseMoved(held, act);
    const changed = changesOf(own, held, act);
    for (const change of changed) await move(deps, tx, context, { change, kind, reason, now });
    await settleVerifiedTags(tx, workspaceId, { kindId: kind.id, originIds: changed.map(({ held: { originId } }) => originId), now });
    // Not the reason: it may hold personal values, and this log forgets nobody.
    const detail = { kind: kind.key, person: held.personId };
    await deps.audit(tx, {
      workspaceId,
      actor: context.actor,
      action: `verification.${act}`,
      target: `verification:${id}`,
      detail,
      ip: context.ip,
    });
    const what = VERIFICATION_ACTS[act].to;
    if (ref === undefined || (what !== "approved" && what !== "revoked")) return;
    const [timeMs, atMs] = [now.getTime(), now.getTime()];
    await tellVerifications(deps, tx, [{ workspaceId, id, what, kind, ref, timeMs, atMs }]);
  });
}

type Change = { readonly held: HeldVerification; readonly act: VerificationAct };

/** What becomes of a person's applications of the kind: at most one of them is approved afterwards. */
function changesOf(own: readonly HeldVerification[], held: HeldVerification, act: Review["act"]): readonly Change[] {
  const others = own.filter((one) => one.id !== held.id);
  const approved = others.filter(({ state }) => state === "approved");
  const first: Change = { held, act };
  if (act === "approve") {
    // People who were joined since may have applied on both sides.
    const open = others.filter(({ state }) => state === "submitted");
    return [
      first,
      ...approved.map((one): Change => ({ held: one, act: "replace" })),
      ...open.map((one): Change => ({ held: one, act: "withdraw" })),
    ];
  }
  return act === "revoke" ? [first, ...approved.map((one): Change => ({ held: one, act: "revoke" }))] : [first];
}

function refuseMoved({ state }: HeldVerification, act: Review["act"]): void {
  if (VERIFICATION_ACTS[act].from === state) return;
  throw faultError("verification.state_changed", {
    field: "verification",
    mend: "Read the application again: it is not in the state in which that can be done",
    details: { state },
  });
}

type Moving = { readonly change: Change; readonly kind: KindRow; readonly reason: string; readonly now: Date };

async function move(
  deps: VerificationDeps,
  tx: Tx,
  { workspaceId, actor }: RouteContext,
  { change, kind, reason, now }: Moving,
): Promise<void> {
  const { held, act } = change;
  const state = VERIFICATION_ACTS[act].to;
  const until = verifiedUntil(now.getTime(), kind.validDays);
  const validUntil = until === null ? null : new Date(until);
  await setState(tx, workspaceId, { id: held.id, state, ...(act === "approve" ? { validUntil } : {}) });
  await insertStep(tx, workspaceId, { verificationId: held.id, state, at: now, by: actor, reason: sealText(deps.privacy, reason) });
}

/** There is no such application. */
export function unknownVerification(): Error {
  return faultError("verification.not_found", { field: "verification", mend: "List the applications and use the id of one" });
}

import { keptEvidence, problemOfEvidence, type Evidence } from "@terrace/domain/verification/evidence";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { sealText } from "../../platform/sealed-text.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { openEligibility } from "./eligibility.ts";
import { kindOrThrow } from "./kind.commands.ts";
import { loadKinds, lockKind, type KindRow } from "./kind.store.ts";
import type { VerificationDeps } from "./verification-deps.ts";
import { insertStep, insertVerification, lockOfPerson, type HeldVerification } from "./verification.store.ts";

export type Applying = { readonly kind: string; readonly evidence: Evidence };

/**
 * Puts an application for a person into the queue; answers its number. Throws `person.not_found`, `verification_kind.not_found`, `verification_kind.closed`,
 * `verification.evidence_invalid`, `verification.not_eligible`, `verification.already_open`, `verification.already_verified`.
 */
export async function applyFor(deps: VerificationDeps, context: RouteContext, person: string, asked: Applying): Promise<string> {
  const { workspaceId } = context;
  const { personId } = await deps.people.personOf(workspaceId, person);
  const [known] = await loadKinds(deps.db, workspaceId, new Date(deps.nowMs()), asked.kind);
  await refuseIneligible(deps, context, kindOrThrow(known), personId);
  return inTransaction(deps.db, async (tx) => {
    const kind = kindOrThrow(await lockKind(tx, workspaceId, { key: asked.kind }));
    if (!kind.open) throw faultError("verification_kind.closed", { field: "kind", mend: "Open the kind for applications first" });
    const evidence = readEvidence(kind, asked.evidence);
    refuseDouble(await lockOfPerson(tx, workspaceId, { kindId: kind.id, originId: personId }));
    const sealed = sealText(deps.privacy, JSON.stringify(evidence));
    const id = await insertVerification(tx, workspaceId, { kindId: kind.id, originId: personId, evidence: sealed });
    await recordSubmitted(deps, tx, context, { id, kind, personId });
    return id;
  });
}

async function refuseIneligible(deps: VerificationDeps, context: RouteContext, kind: KindRow, personId: string): Promise<void> {
  if (kind.eligibility === null || (await deps.meets(context, openEligibility(deps, kind.eligibility), personId))) return;
  throw faultError("verification.not_eligible", {
    field: "person",
    mend: "Look at the condition of the kind: this person does not meet it now",
  });
}

function readEvidence(kind: KindRow, given: Evidence): Evidence {
  const problem = problemOfEvidence(kind.fields, given);
  if (problem !== undefined) throw faultError("verification.evidence_invalid", { field: `evidence.${problem.key}`, mend: problem.mend });
  return keptEvidence(given);
}

/** One application can be open; who is verified for ever has nothing to apply for, others can have theirs renewed. */
function refuseDouble(own: readonly HeldVerification[]): void {
  const open = own.find(({ state }) => state === "submitted");
  if (open !== undefined)
    throw faultError("verification.already_open", {
      field: "kind",
      mend: "Decide the open application, or take it back first",
      details: { verification: open.id },
    });
  const held = own.find(({ state, validUntil }) => state === "approved" && validUntil === null);
  if (held !== undefined)
    throw faultError("verification.already_verified", {
      field: "kind",
      mend: "There is nothing to apply for: the verification holds for ever",
      details: { verification: held.id },
    });
}

async function recordSubmitted(
  deps: VerificationDeps,
  tx: Tx,
  { workspaceId, actor, ip }: RouteContext,
  { id, kind, personId }: { readonly id: string; readonly kind: KindRow; readonly personId: string },
): Promise<void> {
  await insertStep(tx, workspaceId, {
    verificationId: id,
    state: "submitted",
    at: new Date(deps.nowMs()),
    by: actor,
    reason: sealText(deps.privacy, ""),
  });
  const detail = { kind: kind.key, person: personId };
  await deps.audit(tx, { workspaceId, actor, action: "verification.submit", target: `verification:${id}`, detail, ip });
}

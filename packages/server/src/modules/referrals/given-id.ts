import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { normaliseIdentity } from "@terrace/domain/identity/normalise-identity";
import { faultError } from "../../platform/http/fault-error.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** What an id from outside is filed under. Throws the fault of an id that nobody can have, naming the field. */
export function originOfId(
  { privacy }: Pick<ReferralDeps, "privacy">,
  workspaceId: number,
  id: { readonly kind: IdentityKind; readonly value: string },
  field: string,
): string {
  const read = normaliseIdentity(id.kind, id.value);
  if (!read.ok) throw faultError("request.invalid", { field, mend: read.fault.mend ?? "Give an id as your events have it" });
  return privacy.originId(workspaceId, read.value.kind, read.value.value);
}

import type { Use } from "@terrace/contract/api/segments";
import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { readPersonCondition } from "@terrace/domain/conditions/read-condition";
import { openText } from "../../platform/sealed-text.ts";
import { loadEligibilities } from "./kind.store.ts";
import type { VerificationDeps } from "./verification-deps.ts";

type Opening = { readonly privacy: Pick<VerificationDeps["privacy"], "decryptPayload"> };

/** The condition that a kind asks of whoever applies. */
export function openEligibility({ privacy }: Opening, sealed: Uint8Array): PersonCondition {
  const read = readPersonCondition(JSON.parse(openText(privacy, sealed)), "");
  if (!read.ok) throw new Error(`the condition of a kind of verification cannot be read: ${read.fault.code}`);
  return read.value;
}

/** Kinds of verification whose condition asks about something. */
export async function kindsNaming(
  deps: Pick<VerificationDeps, "db"> & Opening,
  workspaceId: number,
  asks: (condition: PersonCondition) => boolean,
): Promise<readonly Use[]> {
  const kinds = await loadEligibilities(deps.db, workspaceId);
  return kinds.flatMap(({ key, name, eligibility }): readonly Use[] =>
    asks(openEligibility(deps, eligibility)) ? [{ kind: "verification", id: key, name: name.zh }] : [],
  );
}

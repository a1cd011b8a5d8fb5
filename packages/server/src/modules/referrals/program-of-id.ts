import { faultError } from "../../platform/http/fault-error.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { loadPrograms, type Program } from "./program.store.ts";
import type { ReferralDeps } from "./referral-deps.ts";

/** A program of the workspace; throws `referral.not_found`. */
export async function programOrThrow(
  { privacy }: Pick<ReferralDeps, "privacy">,
  db: Db | Tx,
  workspaceId: number,
  id: string,
): Promise<Program> {
  const [program] = await loadPrograms(db, privacy, workspaceId, id);
  if (program === undefined) throw faultError("referral.not_found", { field: "program" });
  return program;
}

/** The same of one that goes on; throws `referral.archived`. */
export async function activeProgramOrThrow(
  deps: Pick<ReferralDeps, "privacy">,
  db: Db | Tx,
  workspaceId: number,
  id: string,
): Promise<Program> {
  const program = await programOrThrow(deps, db, workspaceId, id);
  if (program.archivedAt !== null) throw faultError("referral.archived", { field: "program", mend: "Bring the program back first" });
  return program;
}

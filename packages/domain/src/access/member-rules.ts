import { fail, ok, type Result } from "../result.ts";
import type { Role } from "./permissions.ts";

/** Whoever changes members: an operator's role, or `admin` for a secret key that may manage members. */
export type MemberChange = {
  readonly actor: Role;
  /** The role now; null for someone who is added. */
  readonly from: Role | null;
  /** The role then; null for someone who is taken out. */
  readonly to: Role | null;
  /** Owners of the workspace at this moment, the changed one included. */
  readonly owners: number;
};

/** Only an owner makes, changes or removes owners, and a workspace always keeps one. */
export function decideMemberChange(change: MemberChange): Result<true> {
  if ((change.from === "owner" || change.to === "owner") && change.actor !== "owner") {
    return fail("role.not_allowed", {
      field: "role",
      mend: "Only an owner can make, change or remove an owner",
      details: { roles: "owner" },
    });
  }
  if (change.from === "owner" && change.to !== "owner" && change.owners <= 1) {
    return fail("member.last_owner", { mend: "Make someone else an owner first" });
  }
  return ok(true);
}

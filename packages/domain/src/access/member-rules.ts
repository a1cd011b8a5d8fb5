import { fail, ok, type Result } from "../result.ts";
import { decideGiving, type RoleGrant, type RoleKey } from "./roles.ts";

/** A role with what it gives. */
export type GivenRole = { readonly key: RoleKey; readonly grant: RoleGrant };

export type MemberChange = {
  /** Whoever changes members; a key is never an owner. */
  readonly actor: { readonly isOwner: boolean; readonly grant: RoleGrant };
  /** The role now; null for someone who is added. */
  readonly from: GivenRole | null;
  /** The role then; null for someone who is taken out. */
  readonly to: GivenRole | null;
  /** Owners of the workspace at this moment who are not deactivated, the changed one included. */
  readonly owners: number;
};

/** Only an owner makes, changes or removes owners, a workspace always keeps one, and nobody has power over someone who may more than they do. */
export function decideMemberChange({ actor, from, to, owners }: MemberChange): Result<true> {
  if ((from?.key === "owner" || to?.key === "owner") && !actor.isOwner) {
    return fail("role.not_allowed", {
      field: "role",
      mend: "Only an owner can make, change or remove an owner",
      details: { roles: "owner" },
    });
  }
  const beyond = [from, to].flatMap((role) => (role === null ? [] : [decideGiving(actor.grant, role.grant)])).find((giving) => !giving.ok);
  if (beyond !== undefined) return beyond;
  if (from?.key === "owner" && to?.key !== "owner" && owners <= 1) {
    return fail("member.last_owner", { mend: "Make someone else an owner first" });
  }
  return ok(true);
}

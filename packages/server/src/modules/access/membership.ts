import { builtInGrant, isBuiltIn, type RoleGrant, type RoleKey } from "@terrace/domain/access/roles";
import type { FieldRules } from "@terrace/domain/access/field-view";
import type { Permission } from "@terrace/domain/access/permissions";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** What an operator is in one workspace, and what the workspace demands of whoever comes in. */
export type Membership = {
  readonly role: RoleKey;
  /** Name of a custom role, else empty. */
  readonly roleName: string;
  readonly grant: RoleGrant;
  readonly policy: Policy;
};

export type Policy = { readonly ipRanges: readonly string[]; readonly secondFactorRequired: boolean };

/** The columns a statement reads with `roleColumns`. */
export type RoleColumns = {
  readonly role: string | null;
  readonly customRoleId: number | null;
  readonly roleName: string | null;
  readonly permissions: Permission[] | null;
  readonly fields: FieldRules | null;
};
export type PolicyColumns = { readonly ipRanges: string[] | null; readonly secondFactorRequired: boolean | null };

/** What a statement selects of a role; wants `m` (member or invitation) and the join below. */
export function roleColumns(db: Db | Tx) {
  return db`m.role, m.custom_role_id as "customRoleId", cr.name as "roleName", cr.permissions, cr.fields`;
}

export function roleJoin(db: Db | Tx) {
  return db`left join custom_role cr on cr.workspace_id = m.workspace_id and cr.role_id = m.custom_role_id`;
}

/** The same for what the workspace demands. */
export function policyColumns(db: Db | Tx) {
  return db`sp.ip_ranges as "ipRanges", sp.second_factor_required as "secondFactorRequired"`;
}

/** How a role is named outside. */
export function roleKeyOf(row: Pick<RoleColumns, "role" | "customRoleId">): RoleKey {
  if (row.role !== null && isBuiltIn(row.role)) return row.role;
  return `custom:${row.customRoleId ?? 0}`;
}

export function grantOf(row: RoleColumns): RoleGrant {
  if (row.role !== null && isBuiltIn(row.role)) return builtInGrant(row.role);
  // The foreign key keeps a custom role from vanishing under its members.
  if (row.permissions === null || row.fields === null) throw new Error("a member's role is gone");
  return { permissions: row.permissions, fields: row.fields };
}

export function policyOf(row: PolicyColumns): Policy {
  return { ipRanges: row.ipRanges ?? [], secondFactorRequired: row.secondFactorRequired ?? false };
}

/** Null for someone who does not work in the workspace asked about. */
export function membershipOf(row: RoleColumns & PolicyColumns): Membership | null {
  return row.role === null ? null : { role: roleKeyOf(row), roleName: row.roleName ?? "", grant: grantOf(row), policy: policyOf(row) };
}

import type { FieldRules } from "@terrace/domain/access/field-view";
import type { Permission } from "@terrace/domain/access/permissions";
import type { RoleGrant, RoleKey } from "@terrace/domain/access/roles";
import { builtInGrant, customRoleId, isBuiltIn } from "@terrace/domain/access/roles";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type CustomRole = {
  readonly roleId: number;
  readonly name: string;
  readonly permissions: Permission[];
  readonly fields: FieldRules;
  /** Members and open invitations that have it. */
  readonly members: number;
  readonly createdAt: Date;
};

const ROLES_LISTED_MAX = 200;

/** A workspace's own roles by name; with a number only that one. */
export async function loadRoles(db: Db | Tx, workspaceId: number, roleId?: number): Promise<readonly CustomRole[]> {
  return db<CustomRole[]>`
    select cr.role_id as "roleId", cr.name, cr.permissions, cr.fields, cr.created_at as "createdAt",
      (select count(*)::integer from member m where m.workspace_id = cr.workspace_id and m.custom_role_id = cr.role_id)
      + (select count(*)::integer from invitation i where i.workspace_id = cr.workspace_id and i.custom_role_id = cr.role_id) as members
    from custom_role cr where cr.workspace_id = ${workspaceId} ${roleId === undefined ? db`` : db`and cr.role_id = ${roleId}`}
    order by cr.name limit ${ROLES_LISTED_MAX}`;
}

/** What a role of the workspace gives; undefined for a custom role that is not there. */
export async function loadGrant(db: Db | Tx, workspaceId: number, role: RoleKey): Promise<RoleGrant | undefined> {
  if (isBuiltIn(role)) return builtInGrant(role);
  const [row] = await db<RoleGrant[]>`
    select permissions, fields from custom_role where workspace_id = ${workspaceId} and role_id = ${customRoleId(role) ?? 0}`;
  return row;
}

export type RoleContent = { readonly name: string; readonly createdAt: Date } & RoleGrant;

/** Undefined when another role has the name. */
export async function insertRole(tx: Tx, workspaceId: number, role: RoleContent): Promise<number | undefined> {
  const [row] = await tx<{ roleId: number }[]>`
    insert into custom_role (workspace_id, name, permissions, fields, created_at)
    values (${workspaceId}, ${role.name}, ${[...role.permissions]}::text[], ${tx.json(role.fields)}, ${role.createdAt})
    on conflict (workspace_id, name) do nothing returning role_id as "roleId"`;
  return row?.roleId;
}

/** False when another role has the name. */
export async function updateRoleRow(
  tx: Tx,
  workspaceId: number,
  role: Omit<RoleContent, "createdAt"> & { readonly roleId: number },
): Promise<boolean> {
  const changed = await tx`
    update custom_role set name = ${role.name}, permissions = ${[...role.permissions]}::text[], fields = ${tx.json(role.fields)}
    where workspace_id = ${workspaceId} and role_id = ${role.roleId}
    and not exists (select from custom_role other where other.workspace_id = ${workspaceId} and other.name = ${role.name} and other.role_id <> ${role.roleId})`;
  return changed.count === 1;
}

/** Gives everyone who has a role another one: members and those who are invited. */
export async function replaceRole(tx: Tx, workspaceId: number, roleId: number, replacement: RoleKey): Promise<void> {
  const role = storedRole(replacement);
  await tx`update member set role = ${role.role}, custom_role_id = ${role.customRoleId} where workspace_id = ${workspaceId} and custom_role_id = ${roleId}`;
  await tx`update invitation set role = ${role.role}, custom_role_id = ${role.customRoleId} where workspace_id = ${workspaceId} and custom_role_id = ${roleId}`;
}

export async function deleteRoleRow(tx: Tx, workspaceId: number, roleId: number): Promise<void> {
  await tx`delete from custom_role where workspace_id = ${workspaceId} and role_id = ${roleId}`;
}

/** How a role stands in the tables of members and invitations. */
export function storedRole(role: RoleKey): { readonly role: string; readonly customRoleId: number | null } {
  return isBuiltIn(role) ? { role, customRoleId: null } : { role: "custom", customRoleId: customRoleId(role) ?? 0 };
}

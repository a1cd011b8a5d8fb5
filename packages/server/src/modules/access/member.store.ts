import type { RoleGrant, RoleKey } from "@terrace/domain/access/roles";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { grantOf, roleColumns, roleJoin, roleKeyOf, type RoleColumns } from "./membership.ts";
import { storedRole } from "./role.store.ts";

type MemberColumns = {
  readonly operatorId: string;
  readonly email: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly active: boolean;
  readonly secondFactor: boolean;
  readonly lastSeenAt: Date | null;
  readonly createdAt: Date;
};
export type MemberRow = MemberColumns & { readonly role: RoleKey; readonly roleName: string; readonly grant: RoleGrant };

export const MEMBERS_MAX = 1000;

/** Which members: one by operator or by the id of the directory, only those of a directory, or all. */
export type MemberFilter = { readonly operatorId: string } | { readonly externalId: string } | "provisioned" | "all";

export async function loadMembers(db: Db | Tx, workspaceId: number, filter: MemberFilter = "all"): Promise<readonly MemberRow[]> {
  const rows = await db<(MemberColumns & RoleColumns)[]>`
    select o.operator_id::text as "operatorId", o.email, o.name, m.external_id as "externalId", m.deactivated_at is null as active,
      sf.confirmed_at is not null as "secondFactor", o.last_seen_at as "lastSeenAt", m.created_at as "createdAt", ${roleColumns(db)}
    from member m join operator o using (operator_id) left join second_factor sf on sf.operator_id = m.operator_id ${roleJoin(db)}
    where m.workspace_id = ${workspaceId} ${narrow(db, filter)}
    order by m.created_at, o.operator_id limit ${MEMBERS_MAX}`;
  return rows.map(({ role, customRoleId, roleName, permissions, fields, ...member }) => {
    const columns = { role, customRoleId, roleName, permissions, fields };
    return { ...member, role: roleKeyOf(columns), roleName: roleName ?? "", grant: grantOf(columns) };
  });
}

function narrow(db: Db | Tx, filter: MemberFilter) {
  if (filter === "all") return db``;
  if (filter === "provisioned") return db`and m.external_id is not null`;
  return "operatorId" in filter ? db`and m.operator_id = ${filter.operatorId}` : db`and m.external_id = ${filter.externalId}`;
}

export async function loadMember(db: Db | Tx, workspaceId: number, operatorId: string): Promise<MemberRow | undefined> {
  const [row] = await loadMembers(db, workspaceId, { operatorId });
  return row;
}

/** Whether somebody of this e-mail works here; deactivated members do not. */
export async function isMemberMail(db: Db | Tx, workspaceId: number, email: string): Promise<boolean> {
  const found = await db`
    select 1 from member m join operator o using (operator_id)
    where m.workspace_id = ${workspaceId} and o.email = ${email.toLowerCase()} and m.deactivated_at is null`;
  return found.count === 1;
}

/** Deactivated owners do not count: they cannot get in. */
export async function countMembers(tx: Tx, workspaceId: number): Promise<{ readonly owners: number; readonly members: number }> {
  const [row] = await tx<{ owners: number; members: number }[]>`
    select count(*) filter (where role = 'owner' and deactivated_at is null)::integer as owners, count(*)::integer as members from member where workspace_id = ${workspaceId}`;
  return row ?? { owners: 0, members: 0 };
}

/** Whether the operator works in any other workspace. */
export async function worksElsewhere(tx: Tx, workspaceId: number, operatorId: string): Promise<boolean> {
  const rows = await tx`select from member where operator_id = ${operatorId} and workspace_id <> ${workspaceId} limit 1`;
  return rows.count > 0;
}

export async function worksAnywhere(tx: Tx, operatorId: string): Promise<boolean> {
  const rows =
    await tx`/* all workspaces: an operator's own account */ select from member where operator_id = ${operatorId} and deactivated_at is null limit 1`;
  return rows.count > 0;
}

/** Lets everyone who works in one workspace work in another, with the same role; a role of the one workspace's own does not exist in the other. */
export async function copyMembers(tx: Tx, fromWorkspaceId: number, workspaceId: number): Promise<void> {
  await tx`
    insert into member (workspace_id, operator_id, role)
    select ${workspaceId}, operator_id, role from member where workspace_id = ${fromWorkspaceId} and role <> 'custom' on conflict do nothing`;
}

export async function insertMember(
  tx: Tx,
  workspaceId: number,
  member: { readonly operatorId: string; readonly role: RoleKey; readonly externalId?: string },
): Promise<boolean> {
  const { role, customRoleId } = storedRole(member.role);
  const added = await tx`
    insert into member (workspace_id, operator_id, role, custom_role_id, external_id)
    values (${workspaceId}, ${member.operatorId}, ${role}, ${customRoleId}, ${member.externalId ?? null}) on conflict do nothing`;
  return added.count === 1;
}

export async function updateMemberRole(
  tx: Tx,
  workspaceId: number,
  member: { readonly operatorId: string; readonly role: RoleKey },
): Promise<void> {
  const { role, customRoleId } = storedRole(member.role);
  await tx`update member set role = ${role}, custom_role_id = ${customRoleId} where workspace_id = ${workspaceId} and operator_id = ${member.operatorId}`;
}

/** Notes by which id a directory knows a member, and since when they are shut out (null: they are not). */
export async function updateProvisioning(
  tx: Tx,
  workspaceId: number,
  member: { readonly operatorId: string; readonly externalId: string; readonly deactivatedAt: Date | null },
): Promise<void> {
  await tx`
    update member set external_id = ${member.externalId}, deactivated_at = ${member.deactivatedAt}
    where workspace_id = ${workspaceId} and operator_id = ${member.operatorId}`;
}

export async function deleteMember(tx: Tx, workspaceId: number, operatorId: string): Promise<void> {
  await tx`delete from member where workspace_id = ${workspaceId} and operator_id = ${operatorId}`;
}

/** The owner a sign-in link is made for when none is named: the earliest of the earliest workspace. */
export async function loadFirstOwner(db: Db | Tx): Promise<string | undefined> {
  const [row] = await db<
    { operatorId: string }[]
  >`select operator_id::text as "operatorId" from member where role = 'owner' and deactivated_at is null order by workspace_id, created_at, operator_id limit 1`;
  return row?.operatorId;
}

import type { Role } from "@terrace/domain/access/permissions";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type MemberRow = {
  readonly operatorId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly lastSeenAt: Date | null;
  readonly createdAt: Date;
};

export const MEMBERS_MAX = 1000;

export async function loadMembers(db: Db | Tx, workspaceId: number): Promise<readonly MemberRow[]> {
  return db<MemberRow[]>`
    select o.operator_id::text as "operatorId", o.email, o.name, m.role, o.last_seen_at as "lastSeenAt", m.created_at as "createdAt"
    from member m join operator o using (operator_id) where m.workspace_id = ${workspaceId}
    order by m.created_at, o.operator_id limit ${MEMBERS_MAX}`;
}

export async function loadMember(db: Db | Tx, workspaceId: number, operatorId: string): Promise<MemberRow | undefined> {
  const [row] = await db<MemberRow[]>`
    select o.operator_id::text as "operatorId", o.email, o.name, m.role, o.last_seen_at as "lastSeenAt", m.created_at as "createdAt"
    from member m join operator o using (operator_id) where m.workspace_id = ${workspaceId} and m.operator_id = ${operatorId}`;
  return row;
}

export async function countMembers(tx: Tx, workspaceId: number): Promise<{ readonly owners: number; readonly members: number }> {
  const [row] = await tx<{ owners: number; members: number }[]>`
    select count(*) filter (where role = 'owner')::integer as owners, count(*)::integer as members from member where workspace_id = ${workspaceId}`;
  return row ?? { owners: 0, members: 0 };
}

/** Whether the operator works in any other workspace. */
export async function worksElsewhere(tx: Tx, workspaceId: number, operatorId: string): Promise<boolean> {
  const rows = await tx`select from member where operator_id = ${operatorId} and workspace_id <> ${workspaceId} limit 1`;
  return rows.count > 0;
}

export async function worksAnywhere(tx: Tx, operatorId: string): Promise<boolean> {
  const rows = await tx`/* all workspaces: an operator's own account */ select from member where operator_id = ${operatorId} limit 1`;
  return rows.count > 0;
}

export async function insertMember(
  tx: Tx,
  workspaceId: number,
  member: { readonly operatorId: string; readonly role: Role },
): Promise<boolean> {
  const added =
    await tx`insert into member (workspace_id, operator_id, role) values (${workspaceId}, ${member.operatorId}, ${member.role}) on conflict do nothing`;
  return added.count === 1;
}

export async function updateMemberRole(
  tx: Tx,
  workspaceId: number,
  member: { readonly operatorId: string; readonly role: Role },
): Promise<void> {
  await tx`update member set role = ${member.role} where workspace_id = ${workspaceId} and operator_id = ${member.operatorId}`;
}

export async function deleteMember(tx: Tx, workspaceId: number, operatorId: string): Promise<void> {
  await tx`delete from member where workspace_id = ${workspaceId} and operator_id = ${operatorId}`;
}

/** The owner a sign-in link is made for when none is named: the earliest of the earliest workspace. */
export async function loadFirstOwner(db: Db | Tx): Promise<string | undefined> {
  const [row] = await db<
    { operatorId: string }[]
  >`select operator_id::text as "operatorId" from member where role = 'owner' order by workspace_id, created_at, operator_id limit 1`;
  return row?.operatorId;
}

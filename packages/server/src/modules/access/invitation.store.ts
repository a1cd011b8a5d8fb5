import type { RoleGrant, RoleKey } from "@terrace/domain/access/roles";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { grantOf, roleColumns, roleJoin, roleKeyOf, type RoleColumns } from "./membership.ts";
import { storedRole } from "./role.store.ts";

type InvitationColumns = {
  readonly id: string;
  readonly workspaceId: number;
  readonly email: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
};
export type InvitationRow = InvitationColumns & { readonly role: RoleKey; readonly roleName: string; readonly grant: RoleGrant };

const INVITATIONS_LISTED_MAX = 500;
export const OPEN_INVITATIONS_MAX = 200;

function columns(db: Db | Tx) {
  return db`m.invitation_id::text as id, m.workspace_id as "workspaceId", m.email, m.name, m.created_at as "createdAt", m.created_by as "createdBy", m.expires_at as "expiresAt", ${roleColumns(db)}`;
}

function rowOf({ role, customRoleId, roleName, permissions, fields, ...rest }: InvitationColumns & RoleColumns): InvitationRow {
  const stored = { role, customRoleId, roleName, permissions, fields };
  return { ...rest, role: roleKeyOf(stored), roleName: roleName ?? "", grant: grantOf(stored) };
}

/** Open invitations, newest first. */
export async function loadInvitations(db: Db | Tx, workspaceId: number, now: Date): Promise<readonly InvitationRow[]> {
  const rows = await db<(InvitationColumns & RoleColumns)[]>`
    select ${columns(db)} from invitation m ${roleJoin(db)} where m.workspace_id = ${workspaceId} and m.expires_at > ${now}
    order by m.invitation_id desc limit ${INVITATIONS_LISTED_MAX}`;
  return rows.map(rowOf);
}

/** The open invitation of a link, held until the transaction ends so that it is used once; the one statement that starts from a link and finds its workspace. */
export async function lockInvitation(tx: Tx, tokenHash: Buffer, now: Date): Promise<InvitationRow | undefined> {
  const [row] = await tx<(InvitationColumns & RoleColumns)[]>`
    select ${columns(tx)} from invitation m ${roleJoin(tx)} where m.token_hash = ${tokenHash} and m.expires_at > ${now} for update of m`;
  return row === undefined ? undefined : rowOf(row);
}

export type NewInvitation = {
  readonly email: string;
  readonly name: string;
  readonly role: RoleKey;
  readonly tokenHash: Buffer;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
};

/** Opens an invitation in place of an earlier one of the same e-mail. */
export async function saveInvitation(tx: Tx, workspaceId: number, invitation: NewInvitation): Promise<string> {
  const { role, customRoleId } = storedRole(invitation.role);
  await tx`delete from invitation where workspace_id = ${workspaceId} and email = ${invitation.email}`;
  const [row] = await tx<{ id: string }[]>`
    insert into invitation (workspace_id, email, name, role, custom_role_id, token_hash, created_at, created_by, expires_at)
    values (${workspaceId}, ${invitation.email}, ${invitation.name}, ${role}, ${customRoleId}, ${invitation.tokenHash}, ${invitation.createdAt}, ${invitation.createdBy}, ${invitation.expiresAt})
    returning invitation_id::text as id`;
  if (row === undefined) throw new Error("insert returned no row");
  return row.id;
}

/** The e-mail and role it was for; undefined when there is none. */
export async function deleteInvitation(tx: Tx, workspaceId: number, invitationId: string): Promise<{ readonly role: string } | undefined> {
  const [row] = await tx<
    { role: string }[]
  >`delete from invitation where workspace_id = ${workspaceId} and invitation_id = ${invitationId} returning role`;
  return row;
}

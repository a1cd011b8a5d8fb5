import type { NoticeLanguage, TargetKind } from "@terrace/domain/notify/notice";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export const TARGETS_MAX = 100;

export type TargetRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: TargetKind;
  readonly language: NoticeLanguage;
  readonly place: Uint8Array;
  readonly createdBy: string;
  readonly createdAt: Date;
};
export type NewTarget = Omit<TargetRow, "id">;

/** Undefined when the workspace has as many as it may have. */
export async function insertTarget(tx: Tx, workspaceId: number, target: NewTarget): Promise<string | undefined> {
  // Two at a time must not both find the last place free.
  await tx`select 1 from workspace where workspace_id = ${workspaceId} for update`;
  const [row] = await tx<{ id: string }[]>`
    insert into notice_target (workspace_id, name, kind, language, place, created_by, created_at)
    select ${workspaceId}, ${target.name}, ${target.kind}, ${target.language}, ${target.place}, ${target.createdBy}, ${target.createdAt}
    where (select count(*) from notice_target where workspace_id = ${workspaceId} and member_email is null) < ${TARGETS_MAX}
    returning target_id as id`;
  return row?.id;
}

/** Changes name, language and, where one is given, place. False when there is no such target. */
export async function updateTarget(
  tx: Tx,
  workspaceId: number,
  id: string,
  change: { readonly name: string; readonly language: NoticeLanguage; readonly place: Uint8Array | undefined },
): Promise<boolean> {
  const changed = await tx`
    update notice_target set name = ${change.name}, language = ${change.language}, place = coalesce(${change.place ?? null}::bytea, place)
    where workspace_id = ${workspaceId} and target_id = ${id} and member_email is null`;
  return changed.count === 1;
}

/** The name of what was deleted. */
export async function deleteTarget(tx: Tx, workspaceId: number, id: string): Promise<string | undefined> {
  const [row] = await tx<{ name: string }[]>`
    delete from notice_target where workspace_id = ${workspaceId} and target_id = ${id} and member_email is null returning name`;
  return row?.name;
}

/** The targets of a workspace, the newest first; those named, or all. */
export async function loadTargets(db: Db | Tx, workspaceId: number, ids?: readonly string[]): Promise<readonly TargetRow[]> {
  return db<TargetRow[]>`
    select target_id as id, name, kind, language, place, created_by as "createdBy", created_at as "createdAt"
    from notice_target where workspace_id = ${workspaceId} and member_email is null ${ids === undefined ? db`` : db`and target_id = any(${[...ids]}::bigint[])`}
    order by target_id desc limit ${TARGETS_MAX}`;
}

/** Where a member is told by mail; in no list. */
export async function memberTarget(
  tx: Tx,
  workspaceId: number,
  { email, place, at }: { readonly email: string; readonly place: Uint8Array; readonly at: Date },
): Promise<string> {
  const [row] = await tx<[{ id: string }]>`
    insert into notice_target (workspace_id, name, kind, language, place, created_by, created_at, member_email)
    values (${workspaceId}, ${email}, 'email', 'zh', ${place}, '', ${at}, ${email})
    on conflict (workspace_id, member_email) where member_email is not null do update set place = excluded.place returning target_id as id`;
  return row.id;
}

/** The sealed mail server of a workspace. */
export async function loadMailServer(db: Db, workspaceId: number): Promise<{ readonly server: Uint8Array } | undefined> {
  const [row] = await db<{ server: Uint8Array }[]>`select server from mail_server where workspace_id = ${workspaceId}`;
  return row;
}

export async function saveMailServer(
  tx: Tx,
  workspaceId: number,
  saved: { readonly server: Uint8Array; readonly by: string; readonly at: Date },
): Promise<void> {
  await tx`
    insert into mail_server (workspace_id, server, updated_by, updated_at) values (${workspaceId}, ${saved.server}, ${saved.by}, ${saved.at})
    on conflict (workspace_id) do update set server = excluded.server, updated_by = excluded.updated_by, updated_at = excluded.updated_at`;
}

export async function deleteMailServer(tx: Tx, workspaceId: number): Promise<void> {
  await tx`delete from mail_server where workspace_id = ${workspaceId}`;
}

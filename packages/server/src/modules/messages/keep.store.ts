import type { MessageState } from "@terrace/domain/messages/message";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

type HeldMessage = {
  readonly channel: string;
  readonly template: string;
  readonly state: MessageState;
  readonly reason: string;
  readonly variables: Uint8Array | null;
  readonly at: Date;
};

/** Messages filed under some ids, the newest first, at most `limit`, and how many there are. */
export async function loadMessagesOf(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
  limit: number,
): Promise<{ readonly total: number; readonly rows: readonly HeldMessage[] }> {
  const rows = await db<(HeldMessage & { total: number })[]>`
    select channel, template, state, reason, variables, asked_at as at, count(*) over ()::int as total from message
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) order by message_id desc limit ${limit}`;
  return { total: rows[0]?.total ?? 0, rows };
}

/** Forgets messages filed under some ids, with their stories; answers how many rows went. */
export async function deleteMessagesOf(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const gone = await tx`
    with gone as (delete from message where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) returning message_id),
      notes as (delete from message_note where workspace_id = ${workspaceId} and message_id in (select message_id from gone) returning note_id)
    select message_id from gone union all select note_id from notes`;
  return gone.count;
}

/** Forgets messages that ended before a time, with their stories, at most `limit` of them; answers how many. */
export async function deleteEnded(db: Db, before: Date, limit: number): Promise<number> {
  const gone = await db`
    with gone as (delete from message /* all workspaces: the record is kept equally long everywhere */ where (workspace_id, message_id) in (
        select workspace_id, message_id from message where finished_at < ${before} limit ${limit}) returning workspace_id, message_id),
      notes as (delete from message_note n using gone where n.workspace_id = gone.workspace_id and n.message_id = gone.message_id)
    select from gone`;
  return gone.count;
}

/** When this installation was last restored from a backup. */
export async function loadLastRestore(tx: Tx): Promise<Date | undefined> {
  const [row] = await tx<{ restoredAt: Date }[]>`
    /* all workspaces: an installation is restored as a whole */ select restored_at as "restoredAt" from installation_restore`;
  return row?.restoredAt;
}

/**
 * Ends what was due, or on its way, when an installation was restored from a backup: since the backup it may have been sent, by the installation that was. What became
 * due later, or was asked for later, was not. It is part of the restore, so that nothing can be let go before it.
 */
export async function endRestored(tx: Tx, restoredAt: Date): Promise<void> {
  await tx`
    insert into installation_restore (restored_at) values (${restoredAt}) /* all workspaces: an installation is restored as a whole */
    on conflict (only_one) do update set restored_at = excluded.restored_at`;
  // One statement for each state: each goes by the index of that state.
  await tx`
    with ended as (
      update message /* all workspaces: an installation is restored as a whole */ set state = 'unknown', reason = 'restored', due_at = null, finished_at = ${restoredAt},
        let_go_at = coalesce(let_go_at, ${restoredAt}::timestamptz)
      where state = 'waiting' and due_at <= ${restoredAt} and asked_at <= ${restoredAt} returning workspace_id, message_id)
    insert into message_note (workspace_id, message_id, at, what, reason) select workspace_id, message_id, ${restoredAt}, 'unknown', 'restored' from ended`;
  await tx`
    with ended as (
      update message /* all workspaces: an installation is restored as a whole */ set state = 'unknown', reason = 'restored', due_at = null, finished_at = ${restoredAt},
        maybe_since = coalesce(maybe_since, ${restoredAt}::timestamptz)
      where state = 'sending' and asked_at <= ${restoredAt} returning workspace_id, message_id)
    insert into message_note (workspace_id, message_id, at, what, reason) select workspace_id, message_id, ${restoredAt}, 'unknown', 'restored' from ended`;
}

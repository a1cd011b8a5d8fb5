import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { MessageState } from "@terrace/domain/messages/message";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { ToldMessage } from "./message-events.ts";

/** A message of which a provider tells something. */
export type ToldRow = ToldMessage & {
  readonly id: string;
  readonly originId: string;
  readonly channel: MessageChannel;
  readonly state: MessageState;
  readonly returned: boolean;
  readonly providerRef: string | null;
  readonly addressToken: string | null;
  readonly letGoAt: Date | null;
};

export type Named = {
  readonly references: readonly string[];
  readonly providerRefs: readonly string[];
  readonly providerId: string | null;
};

const namedBy = (sql: Db | Tx, workspaceId: number, { references, providerRefs, providerId }: Named) =>
  sql`from message where message_id = any(array(
      select message_id from message where workspace_id = ${workspaceId} and reference = any(${[...references]}::text[])
      union select message_id from message
        where workspace_id = ${workspaceId} and provider_id = ${providerId} and provider_ref = any(${[...providerRefs]}::text[])))
      and workspace_id = ${workspaceId} ${providerId === null ? sql`` : sql`and provider_id = ${providerId}`}`;

/** Under which ids those messages are filed. */
export async function loadToldOrigins(db: Db, workspaceId: number, named: Named): Promise<readonly string[]> {
  const rows = await db<{ originId: string }[]>`select distinct origin_id as "originId" ${namedBy(db, workspaceId, named)}`;
  return rows.map(({ originId }) => originId);
}

/** Messages that a provider carried, or any for null, by our references or the provider's ids; nobody else changes them until the transaction ends. */
export async function lockTold(tx: Tx, workspaceId: number, named: Named): Promise<readonly ToldRow[]> {
  return tx<ToldRow[]>`
    select message_id as id, reference, origin_id as "originId", channel, template, purpose, source_kind as "sourceKind", source_id as "sourceId",
      source_part as "sourcePart", source_run as "sourceRun", state, returned, provider_ref as "providerRef", address_token as "addressToken",
      let_go_at as "letGoAt"
    ${namedBy(tx, workspaceId, named)}
    order by message_id for update`;
}

/** What was told of these messages before, as `<message> <what>`. */
export async function loadToldBefore(tx: Tx, workspaceId: number, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx<{ messageId: string; what: string }[]>`
    select distinct message_id as "messageId", what from message_note where workspace_id = ${workspaceId} and message_id = any(${numbers(ids)}::bigint[])`;
  return new Set(rows.map(({ messageId, what }) => `${messageId} ${what}`));
}

/** Writes where messages stand after receipts. What came back for certain keeps its room: it was sent. */
export async function saveTold(
  tx: Tx,
  workspaceId: number,
  rows: readonly { readonly id: string; readonly state: MessageState; readonly returned: boolean; readonly reason: string }[],
  at: Date,
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    update message m set state = r.state, returned = r.returned, reason = r.reason, rule = null, details = '{}', due_at = null, finished_at = ${at},
      let_go_at = coalesce(m.let_go_at, ${at}::timestamptz)
    from jsonb_to_recordset(${tx.json(rows.map((row) => ({ ...row })))}) as r (id bigint, state text, returned boolean, reason text)
    where m.workspace_id = ${workspaceId} and m.message_id = r.id`;
}

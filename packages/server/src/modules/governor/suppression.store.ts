import type { SuppressionReason } from "@terrace/domain/governor/facts";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** An address to which nothing is sent, by the token that stands for it. */
export type Suppression = {
  readonly channel: MessageChannel;
  readonly addressToken: string;
  readonly reason: SuppressionReason;
  readonly detail: string;
  readonly madeBy: string;
  readonly at: Date;
};

/** Suppresses addresses; of an address that is suppressed already the newest word holds. */
export async function saveSuppressions(tx: Tx, workspaceId: number, rows: readonly Suppression[]): Promise<void> {
  if (rows.length === 0) return;
  // In one order, so that two transactions never wait for each other in a circle; a statement may meet a row once.
  const newest = new Map(
    rows.toSorted((a, b) => a.at.getTime() - b.at.getTime()).map((row) => [`${row.channel} ${row.addressToken}`, row]),
  );
  const sorted = [...newest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await tx`
    insert into suppression as s (workspace_id, channel, address_token, reason, detail, made_by, at)
    select ${workspaceId}, channel, address_token, reason, detail, made_by, at
    from unnest(${sorted.map((row) => row.channel)}::text[], ${sorted.map((row) => row.addressToken)}::text[], ${sorted.map((row) => row.reason)}::text[],
      ${sorted.map((row) => row.detail)}::text[], ${sorted.map((row) => row.madeBy)}::text[], ${sorted.map((row) => row.at.toISOString())}::timestamptz[])
      as said (channel, address_token, reason, detail, made_by, at)
    on conflict (workspace_id, channel, address_token) do update
      set reason = excluded.reason, detail = excluded.detail, made_by = excluded.made_by, at = excluded.at where s.at <= excluded.at`;
}

/** Which of some addresses of a channel are suppressed, and why. */
export async function loadSuppressed(
  db: Db | Tx,
  workspaceId: number,
  channel: MessageChannel,
  tokens: readonly string[],
): Promise<ReadonlyMap<string, SuppressionReason>> {
  if (tokens.length === 0) return new Map();
  const rows = await db<{ addressToken: string; reason: SuppressionReason }[]>`
    select address_token as "addressToken", reason from suppression
    where workspace_id = ${workspaceId} and channel = ${channel} and address_token = any(${[...tokens]}::text[])`;
  return new Map(rows.map(({ addressToken, reason }) => [addressToken, reason]));
}

/** Suppressed addresses, the newest first, those before an instant and token. */
export async function listSuppressions(
  db: Db,
  workspaceId: number,
  page: { readonly channel: MessageChannel | undefined; readonly before: readonly [Date, string] | undefined; readonly limit: number },
): Promise<readonly Suppression[]> {
  return db<Suppression[]>`
    select channel, address_token as "addressToken", reason, detail, made_by as "madeBy", at from suppression
    where workspace_id = ${workspaceId} ${page.channel === undefined ? db`` : db`and channel = ${page.channel}`}
      ${page.before === undefined ? db`` : db`and (at, address_token) < (${page.before[0]}, ${page.before[1]})`}
    order by at desc, address_token desc limit ${page.limit}`;
}

/** Lets an address get messages again; answers whether it was suppressed. */
export async function deleteSuppression(tx: Tx, workspaceId: number, channel: MessageChannel, addressToken: string): Promise<boolean> {
  const gone = await tx`
    delete from suppression where workspace_id = ${workspaceId} and channel = ${channel} and address_token = ${addressToken}`;
  return gone.count > 0;
}

import type { SuppressionReason } from "@terrace/domain/governor/facts";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** An address to which nothing is sent, by the token that stands for it. */
export type Suppression = {
  readonly channel: MessageChannel;
  readonly addressToken: string;
  /** An id of whoever the address belongs to; null when nobody knows. */
  readonly originId: string | null;
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
  const at = (row: Suppression): string => row.at.toISOString();
  await tx`
    insert into suppression as s (workspace_id, channel, address_token, origin_id, reason, detail, made_by, at)
    select ${workspaceId}, channel, address_token, origin_id, reason, detail, made_by, at
    from unnest(${sorted.map((row) => row.channel)}::text[], ${sorted.map((row) => row.addressToken)}::text[], ${sorted.map((row) => row.originId)}::bigint[],
      ${sorted.map((row) => row.reason)}::text[], ${sorted.map((row) => row.detail)}::text[], ${sorted.map((row) => row.madeBy)}::text[], ${sorted.map(at)}::timestamptz[])
      as said (channel, address_token, origin_id, reason, detail, made_by, at)
    on conflict (workspace_id, channel, address_token) do update
      set origin_id = coalesce(excluded.origin_id, s.origin_id), reason = excluded.reason, detail = excluded.detail, made_by = excluded.made_by, at = excluded.at
      where s.at <= excluded.at`;
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

/** A suppressed address as it is kept. */
export type KeptSuppression = Suppression & { readonly id: string };

const columns = (sql: Db | Tx) =>
  sql`suppression_id as id, channel, address_token as "addressToken", origin_id as "originId", reason, detail, made_by as "madeBy", at`;

type SuppressionPage = {
  readonly channel: MessageChannel | undefined;
  readonly reason: SuppressionReason | undefined;
  readonly before: { readonly at: Date; readonly id: string } | undefined;
  readonly limit: number;
};

/** Suppressed addresses, the newest first, those before one of them. */
export async function listSuppressions(db: Db, workspaceId: number, page: SuppressionPage): Promise<readonly KeptSuppression[]> {
  const { channel, reason, before } = page;
  return db<KeptSuppression[]>`
    select ${columns(db)} from suppression
    where workspace_id = ${workspaceId} ${channel === undefined ? db`` : db`and channel = ${channel}`} ${reason === undefined ? db`` : db`and reason = ${reason}`}
      ${before === undefined ? db`` : db`and (at, suppression_id) < (${before.at}, ${before.id}::bigint)`}
    order by at desc, suppression_id desc limit ${page.limit}`;
}

export async function findByAddress(
  db: Db | Tx,
  workspaceId: number,
  { channel, addressToken }: Pick<Suppression, "channel" | "addressToken">,
): Promise<KeptSuppression | undefined> {
  const [row] = await db<KeptSuppression[]>`
    select ${columns(db)} from suppression where workspace_id = ${workspaceId} and channel = ${channel} and address_token = ${addressToken}`;
  return row;
}

/** Reads a suppressed address; nobody else changes it until the transaction ends. */
export async function lockSuppression(tx: Tx, workspaceId: number, id: string): Promise<KeptSuppression | undefined> {
  const [row] = await tx<KeptSuppression[]>`
    select ${columns(tx)} from suppression where workspace_id = ${workspaceId} and suppression_id = ${id}::bigint for update`;
  return row;
}

/** Lets an address get messages again. */
export async function deleteSuppression(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from suppression where workspace_id = ${workspaceId} and suppression_id = ${id}::bigint`;
}

const ITEMS_MAX = 200;

/** What is suppressed of somebody, the newest first. */
export async function loadSuppressionsOf(db: Db, workspaceId: number, originIds: readonly string[]): Promise<readonly KeptSuppression[]> {
  return db<KeptSuppression[]>`
    select ${columns(db)} from suppression
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) order by at desc, suppression_id desc limit ${ITEMS_MAX}`;
}

/** Forgets whose addresses these are; that they get nothing stays known. Answers of how many. */
export async function forgetOwners(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const forgotten = await tx`
    update suppression set origin_id = null where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`;
  return forgotten.count;
}

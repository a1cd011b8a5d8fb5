import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Consent that waits for a word of the person; `channel` is never empty. */
export type Pending = { readonly purpose: string; readonly channel: string; readonly askedAt: Date; readonly expiresAt: Date };

/** Notes what is to be confirmed; asked for again it counts from now. */
export async function savePending(tx: Tx, workspaceId: number, originId: string, pending: readonly Pending[]): Promise<void> {
  for (const { purpose, channel, askedAt, expiresAt } of pending)
    await tx`
      insert into consent_pending (workspace_id, origin_id, purpose, channel, asked_at, expires_at)
      values (${workspaceId}, ${originId}, ${purpose}, ${channel}, ${askedAt}, ${expiresAt})
      on conflict (workspace_id, origin_id, purpose, channel) do update set asked_at = excluded.asked_at, expires_at = excluded.expires_at`;
}

/** What some ids of a person have to confirm at an instant. */
export async function loadPending(sql: Db | Tx, workspaceId: number, originIds: readonly string[], at: Date): Promise<readonly Pending[]> {
  return sql<Pending[]>`
    select purpose, channel, max(asked_at) as "askedAt", max(expires_at) as "expiresAt" from consent_pending
    where workspace_id = ${workspaceId} and origin_id = any(${[...originIds]}::bigint[]) and expires_at > ${at}
    group by purpose, channel order by purpose, channel`;
}

/** Takes what is confirmed, or taken back, away: without `of` all of it. */
export async function deletePending(
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
  of?: { readonly purpose: string; readonly channel: string },
): Promise<void> {
  const some = of === undefined ? tx`` : tx`and purpose = ${of.purpose} ${of.channel === "" ? tx`` : tx`and channel = ${of.channel}`}`;
  await tx`delete from consent_pending where workspace_id = ${workspaceId} and origin_id = any(${[...originIds]}::bigint[]) ${some}`;
}

/** Forgets what was not confirmed in time. */
export async function deleteOver(db: Db, at: Date): Promise<number> {
  const gone = await db`
    delete from consent_pending where ctid = any(array(select ctid from consent_pending where expires_at <= ${at} limit 1000)) /* all workspaces: what nobody confirmed in time */`;
  return gone.count;
}

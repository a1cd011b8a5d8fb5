import type { ChannelTerms } from "@terrace/domain/insight/channels/channel-terms";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type ChannelTermsRow = ChannelTerms & { readonly updatedBy: string; readonly updatedAt: Date };

/** More channels than anyone has terms with. */
export const CHANNEL_TERMS_MAX = 1_000;

/** What was agreed with channels, by name. */
export async function loadChannelTerms(db: Db | Tx, workspaceId: number): Promise<readonly ChannelTermsRow[]> {
  return db<ChannelTermsRow[]>`
    select channel, kind, aliases, share_basis_points as "shareBasisPoints", fee_minor::float8 as "feeMinor",
      fee_from - date '1970-01-01' as "feeFrom", fee_to - date '1970-01-01' as "feeTo", updated_by as "updatedBy", updated_at as "updatedAt"
    from channel_terms where workspace_id = ${workspaceId} order by channel limit ${CHANNEL_TERMS_MAX}`;
}

export async function saveChannelTermsRow(tx: Tx, workspaceId: number, row: ChannelTermsRow): Promise<void> {
  await tx`
    insert into channel_terms (workspace_id, channel, kind, aliases, share_basis_points, fee_minor, fee_from, fee_to, updated_by, updated_at)
    values (${workspaceId}, ${row.channel}, ${row.kind}, ${tx.array([...row.aliases], 1009)}, ${row.shareBasisPoints}, ${row.feeMinor},
      date '1970-01-01' + ${row.feeFrom}::int, date '1970-01-01' + ${row.feeTo}::int, ${row.updatedBy}, ${row.updatedAt})
    on conflict (workspace_id, channel) do update set kind = excluded.kind, aliases = excluded.aliases, share_basis_points = excluded.share_basis_points,
      fee_minor = excluded.fee_minor, fee_from = excluded.fee_from, fee_to = excluded.fee_to, updated_by = excluded.updated_by, updated_at = excluded.updated_at`;
}

export async function deleteChannelTermsRow(tx: Tx, workspaceId: number, channel: string): Promise<boolean> {
  const deleted = await tx`delete from channel_terms where workspace_id = ${workspaceId} and channel = ${channel}`;
  return deleted.count === 1;
}

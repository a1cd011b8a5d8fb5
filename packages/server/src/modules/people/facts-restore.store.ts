import type { Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { StoredMerge } from "./people-export.views.ts";

/** Adds joins made by operators elsewhere; one that is there already stays. */
export async function insertMergesOnce(tx: Tx, workspaceId: number, merges: readonly StoredMerge[]): Promise<void> {
  for (const merge of merges)
    await tx`
      insert into merge (workspace_id, low, high, at_ms, waived, survivor, reason, made_by, created_at, taken_back_at, taken_back_by)
      select ${workspaceId}, ${merge.low}, ${merge.high}, ${merge.atMs}, ${merge.waived}, ${merge.survivor}, ${merge.reason}, ${merge.madeBy}, ${merge.createdAt}, ${merge.takenBackAt}, ${merge.takenBackBy}
      where not exists (select from merge where workspace_id = ${workspaceId} and low = ${merge.low} and high = ${merge.high} and at_ms = ${merge.atMs} and made_by = ${merge.madeBy})`;
}

export type TagFact = {
  readonly originId: string;
  readonly tag: string;
  readonly owner: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
};

/** Adds tags; one that is there already stays. */
export async function insertTagsOnce(tx: Tx, workspaceId: number, tags: readonly TagFact[]): Promise<void> {
  if (tags.length === 0) return;
  await tx`
    insert into person_tag (workspace_id, origin_id, tag, owner, created_at, expires_at)
    select ${workspaceId}, n.* from unnest(${numbers(tags.map(({ originId }) => originId))}::bigint[], ${tags.map(({ tag }) => tag)}::text[], ${tags.map(({ owner }) => owner)}::text[],
      ${tags.map(({ createdAt }) => createdAt)}::timestamptz[], ${tags.map(({ expiresAt }) => expiresAt)}::timestamptz[]) as n
    on conflict (workspace_id, origin_id, tag, rule_id) do nothing`;
}

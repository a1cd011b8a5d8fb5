import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Tx } from "../../platform/storage/postgres.ts";

/** Makes the tags of a kind what its approvals say, of everyone or of some ids: on each id with one that holds, until its end. May be repeated. */
export async function settleVerifiedTags(
  tx: Tx,
  workspaceId: number,
  { kindId, originIds, now }: { readonly kindId: string; readonly originIds?: readonly string[]; readonly now: Date },
): Promise<void> {
  const ofIds = (column: "t.origin_id" | "v.origin_id") =>
    originIds === undefined ? tx`` : tx`and ${tx(column)} = any(${numbers(originIds)}::bigint[])`;
  const holding = tx`
    select v.origin_id, max(coalesce(v.valid_until, 'infinity')) as until from verification v
    where v.workspace_id = ${workspaceId} and v.kind_id = ${kindId} and v.state = 'approved' and (v.valid_until is null or v.valid_until > ${now}) ${ofIds("v.origin_id")}
    group by v.origin_id`;
  await tx`
    delete from person_tag t using verification_kind k
    where k.workspace_id = ${workspaceId} and k.kind_id = ${kindId} and t.workspace_id = ${workspaceId} and t.rule_id = ${kindId} ${ofIds("t.origin_id")}
      and (t.tag <> k.tag or not exists (select from (${holding}) h where h.origin_id = t.origin_id))`;
  await tx`
    insert into person_tag (workspace_id, origin_id, tag, owner, rule_id, created_at, expires_at)
    select ${workspaceId}, h.origin_id, k.tag, '', k.kind_id, ${now}, nullif(h.until, 'infinity')
    from (${holding}) h join verification_kind k on k.workspace_id = ${workspaceId} and k.kind_id = ${kindId}
    where exists (select from identity i where i.workspace_id = ${workspaceId} and i.origin_id = h.origin_id)
    on conflict (workspace_id, origin_id, tag, rule_id) do update set expires_at = excluded.expires_at
      where person_tag.expires_at is distinct from excluded.expires_at`;
}

/** Takes the tag of a kind off everyone. */
export async function removeVerifiedTags(tx: Tx, workspaceId: number, kindId: string): Promise<void> {
  await tx`delete from person_tag where workspace_id = ${workspaceId} and rule_id = ${kindId}`;
}

import type { TagKeep } from "@terrace/contract/api/tag-rules";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type TagRuleRow = {
  readonly id: string;
  readonly name: string;
  readonly tag: string;
  readonly keep: TagKeep;
  readonly people: number;
  readonly tagged: number;
  readonly createdAt: Date;
  readonly createdBy: string;
};

/** Rules that put tags on, or one of them, with the people who have a tag by each at an instant; the newest first. */
export async function loadTagRules(
  db: Db | Tx,
  workspaceId: number,
  { now, id }: { readonly now: Date; readonly id?: string },
): Promise<readonly TagRuleRow[]> {
  return db<TagRuleRow[]>`
    select s.segment_id as id, s.name, r.tag, case when r.keep = 'days' then json_build_object('days', r.days) else to_json(r.keep) end as keep,
      s.size as people, s.created_at as "createdAt", s.created_by as "createdBy",
      (select count(distinct i.person_id)::int from person_tag t join identity i on i.workspace_id = t.workspace_id and i.origin_id = t.origin_id
        where t.workspace_id = ${workspaceId} and t.rule_id = r.segment_id and (t.expires_at is null or t.expires_at > ${now})) as tagged
    from tag_rule r join segment s on s.workspace_id = ${workspaceId} and s.segment_id = r.segment_id
    where r.workspace_id = ${workspaceId} ${id === undefined ? db`` : db`and r.segment_id = ${id}`}
    order by r.segment_id desc limit 1000`;
}

/** Puts down, or changes, which tag a rule puts on and for how long. */
export async function saveTagRule(tx: Tx, workspaceId: number, rule: Pick<TagRuleRow, "id" | "tag" | "keep">): Promise<void> {
  const [keep, days] = typeof rule.keep === "string" ? [rule.keep, null] : ["days", rule.keep.days];
  await tx`
    insert into tag_rule (segment_id, workspace_id, tag, keep, days) values (${rule.id}, ${workspaceId}, ${rule.tag}, ${keep}, ${days})
    on conflict (segment_id) do update set tag = excluded.tag, keep = excluded.keep, days = excluded.days where tag_rule.workspace_id = ${workspaceId}`;
}

/** A member of the segment of a rule that came or went, by the id it is kept under. */
export type RuleMember = { readonly segmentId: string; readonly personId: string };

/** Puts the tags of rules on those who came to meet them. */
export async function putTagsOn(tx: Tx, workspaceId: number, members: readonly RuleMember[], at: Date): Promise<void> {
  if (members.length === 0) return;
  await tx`
    insert into person_tag (workspace_id, origin_id, tag, owner, rule_id, created_at, expires_at)
    select ${workspaceId}, n.person_id, r.tag, '', r.segment_id, ${at}::timestamptz, ${at}::timestamptz + make_interval(days => r.days)
    from unnest(${numbers(members.map(({ segmentId }) => segmentId))}::bigint[], ${numbers(members.map(({ personId }) => personId))}::bigint[]) as n (segment_id, person_id)
    join tag_rule r on r.workspace_id = ${workspaceId} and r.segment_id = n.segment_id
    on conflict (workspace_id, origin_id, tag, rule_id) do update set created_at = excluded.created_at, expires_at = excluded.expires_at
      where person_tag.expires_at is not null`;
}

/** Takes tags off those who do not meet their rules any more, where a rule keeps its tag on no longer. */
export async function takeTagsOff(tx: Tx, workspaceId: number, members: readonly RuleMember[]): Promise<void> {
  if (members.length === 0) return;
  await tx`
    delete from person_tag t using tag_rule r, unnest(${numbers(members.map(({ segmentId }) => segmentId))}::bigint[], ${numbers(members.map(({ personId }) => personId))}::bigint[]) as n (segment_id, person_id)
    where r.workspace_id = ${workspaceId} and r.segment_id = n.segment_id and r.keep = 'while'
      and t.workspace_id = ${workspaceId} and t.origin_id = n.person_id and t.tag = r.tag and t.rule_id = r.segment_id`;
}

/** Makes the tags of a rule what its members' stays say, whoever wrote these: a stay that goes on gives the tag from its beginning. */
export async function settleTags(tx: Tx, workspaceId: number, ruleId: string, now: Date): Promise<void> {
  await tx`
    delete from person_tag t using tag_rule r
    where r.workspace_id = ${workspaceId} and r.segment_id = ${ruleId} and t.workspace_id = ${workspaceId} and t.rule_id = ${ruleId} and (t.tag <> r.tag or (
      r.keep = 'while' and not exists (select from segment_member m where m.workspace_id = ${workspaceId} and m.segment_id = ${ruleId} and m.person_id = t.origin_id)))`;
  await tx`
    insert into person_tag (workspace_id, origin_id, tag, owner, rule_id, created_at, expires_at)
    select ${workspaceId}, h.person_id, r.tag, '', r.segment_id, h.entered_at, h.entered_at + make_interval(days => r.days)
    from tag_rule r join segment_member h on h.workspace_id = ${workspaceId} and h.segment_id = r.segment_id
    where r.workspace_id = ${workspaceId} and r.segment_id = ${ruleId} and (r.days is null or h.entered_at + make_interval(days => r.days) > ${now})
    on conflict (workspace_id, origin_id, tag, rule_id) do update set created_at = excluded.created_at, expires_at = excluded.expires_at
      where person_tag.expires_at is distinct from excluded.expires_at`;
}

/** Takes the tag of a rule off everyone on whom it put it. */
export async function removeTagsOf(tx: Tx, workspaceId: number, ruleId: string): Promise<void> {
  await tx`delete from person_tag where workspace_id = ${workspaceId} and rule_id = ${ruleId}`;
}

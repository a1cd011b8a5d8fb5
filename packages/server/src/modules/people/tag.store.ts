import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type TagRow = {
  readonly originId: string;
  readonly personId: string;
  readonly tag: string;
  readonly owner: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** The rule that put it on; null for one given otherwise. */
  readonly rule: TagRule | null;
  /** The kind of verification that it stands for. */
  readonly verification: TaggedVerification | null;
};

export type TaggedVerification = { readonly key: string; readonly name: InBothLanguages };

/** A rule by its name. `holds`: the tag is on as long as the person meets it. */
export type TagRule = { readonly id: string; readonly name: string; readonly holds: boolean };

const TAGS_LISTED_MAX = 1_000;
const TAGS_LOADED_MAX = 20_000;
const EXPIRED_PER_RUN_MAX = 10_000;

/** Tags in force on any id of these people, oldest first. */
export async function loadTags(db: Db, workspaceId: number, personIds: readonly string[], now: Date): Promise<readonly TagRow[]> {
  return db<TagRow[]>`
    select t.origin_id as "originId", i.person_id as "personId", ${tagColumns(db)}
    from identity i join person_tag t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id ${ruleOfTag(db, workspaceId)}
    where i.workspace_id = ${workspaceId} and i.person_id = any(${personIds}::bigint[]) and (t.expires_at is null or t.expires_at > ${now})
    order by t.created_at, t.tag, t.rule_id limit ${TAGS_LOADED_MAX}`;
}

/** Columns of tags `t` with the rules `r`, or kinds of verification `k`, that put them on. */
export function tagColumns(db: Db | Tx) {
  return db`t.tag, t.owner, t.created_at as "createdAt", t.expires_at as "expiresAt",
    case when t.rule_id <> 0 and k.kind_id is null then json_build_object('id', t.rule_id::text, 'name', coalesce(s.name, ''), 'holds', coalesce(r.keep, '') = 'while') end as rule,
    case when k.kind_id is not null then json_build_object('key', k.key, 'name', k.name) end as verification`;
}

export function ruleOfTag(db: Db | Tx, workspaceId: number) {
  return db`
    left join tag_rule r on r.workspace_id = ${workspaceId} and r.segment_id = t.rule_id
    left join segment s on s.workspace_id = ${workspaceId} and s.segment_id = t.rule_id
    left join verification_kind k on k.workspace_id = ${workspaceId} and k.kind_id = t.rule_id`;
}

/** Puts a tag on an id by hand; one that is there by hand gets the new end. */
export async function saveTag(tx: Tx, workspaceId: number, row: Omit<TagRow, "personId" | "rule" | "verification">): Promise<void> {
  await tx`
    insert into person_tag (workspace_id, origin_id, tag, owner, created_at, expires_at)
    values (${workspaceId}, ${row.originId}, ${row.tag}, ${row.owner}, ${row.createdAt}, ${row.expiresAt})
    on conflict (workspace_id, origin_id, tag, rule_id) do update set owner = excluded.owner, created_at = excluded.created_at, expires_at = excluded.expires_at`;
}

/** Takes a tag off all ids of a person, whatever put it on, or only where it was given by hand; true when it was there. */
export async function deleteTag(
  tx: Tx,
  workspaceId: number,
  { personId, tag, byHand }: { readonly personId: string; readonly tag: string; readonly byHand: boolean },
): Promise<boolean> {
  const gone = await tx`
    delete from person_tag t using identity i
    where i.workspace_id = ${workspaceId} and i.person_id = ${personId} and t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id and t.tag = ${tag}
      ${byHand ? tx`and t.rule_id = 0` : tx``}`;
  return gone.count > 0;
}

/** The name of a rule that holds a tag on a person now. */
export async function findHoldingRule(tx: Tx, workspaceId: number, personId: string, tag: string): Promise<string | undefined> {
  const [row] = await tx<{ name: string }[]>`
    select s.name from identity i join person_tag t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id and t.tag = ${tag}
    join tag_rule r on r.workspace_id = ${workspaceId} and r.segment_id = t.rule_id and r.keep = 'while'
    join segment s on s.workspace_id = ${workspaceId} and s.segment_id = t.rule_id
    where i.workspace_id = ${workspaceId} and i.person_id = ${personId} order by t.rule_id limit 1`;
  return row?.name;
}

/** Whether a tag stands for a verification of a person that holds now. */
export async function isVerifiedTag(
  tx: Tx,
  workspaceId: number,
  { personId, tag, now }: { readonly personId: string; readonly tag: string; readonly now: Date },
): Promise<boolean> {
  const [row] = await tx<{ held: boolean }[]>`
    select exists (
      select from identity i join person_tag t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id and t.tag = ${tag}
      join verification_kind k on k.workspace_id = ${workspaceId} and k.kind_id = t.rule_id
      where i.workspace_id = ${workspaceId} and i.person_id = ${personId} and (t.expires_at is null or t.expires_at > ${now})) as held`;
  return row?.held ?? false;
}

/** Tags in force with the number of people who have them, the most frequent first. */
export async function countTags(
  db: Db,
  workspaceId: number,
  now: Date,
): Promise<readonly { readonly tag: string; readonly people: number }[]> {
  return db<{ tag: string; people: number }[]>`
    select t.tag, count(distinct i.person_id)::int as people
    from person_tag t join identity i on i.workspace_id = ${workspaceId} and i.origin_id = t.origin_id
    where t.workspace_id = ${workspaceId} and (t.expires_at is null or t.expires_at > ${now})
    group by t.tag order by people desc, t.tag limit ${TAGS_LISTED_MAX}`;
}

/** Removes tags whose time is over; what one run leaves, the next one takes. */
export async function deleteExpiredTags(db: Db, now: Date): Promise<void> {
  await db`
    delete /* no workspace_id: of all workspaces */ from person_tag
    where ctid in (select ctid from person_tag where expires_at <= ${now} order by expires_at limit ${EXPIRED_PER_RUN_MAX}) and expires_at <= ${now}`;
}

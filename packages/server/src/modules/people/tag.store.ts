import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type TagRow = {
  readonly originId: string;
  readonly personId: string;
  readonly tag: string;
  readonly owner: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
};

const TAGS_LISTED_MAX = 1_000;
const TAGS_LOADED_MAX = 20_000;
const EXPIRED_PER_RUN_MAX = 10_000;

/** Tags in force on any id of these people, oldest first. */
export async function loadTags(db: Db, workspaceId: number, personIds: readonly string[], now: Date): Promise<readonly TagRow[]> {
  return db<TagRow[]>`
    select t.origin_id as "originId", i.person_id as "personId", t.tag, t.owner, t.created_at as "createdAt", t.expires_at as "expiresAt"
    from identity i join person_tag t on t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id
    where i.workspace_id = ${workspaceId} and i.person_id = any(${personIds}::bigint[]) and (t.expires_at is null or t.expires_at > ${now})
    order by t.created_at, t.tag limit ${TAGS_LOADED_MAX}`;
}

/** Puts a tag on an id; a tag that is there gets the new end. */
export async function saveTag(tx: Tx, workspaceId: number, row: Omit<TagRow, "personId">): Promise<void> {
  await tx`
    insert into person_tag (workspace_id, origin_id, tag, owner, created_at, expires_at)
    values (${workspaceId}, ${row.originId}, ${row.tag}, ${row.owner}, ${row.createdAt}, ${row.expiresAt})
    on conflict (workspace_id, origin_id, tag) do update set owner = excluded.owner, created_at = excluded.created_at, expires_at = excluded.expires_at`;
}

/** Takes a tag off all ids of a person; true when it was there. */
export async function deleteTag(tx: Tx, workspaceId: number, personId: string, tag: string): Promise<boolean> {
  const gone = await tx`
    delete from person_tag t using identity i
    where i.workspace_id = ${workspaceId} and i.person_id = ${personId} and t.workspace_id = ${workspaceId} and t.origin_id = i.origin_id and t.tag = ${tag}`;
  return gone.count > 0;
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

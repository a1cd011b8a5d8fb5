import type { Db } from "../../../platform/storage/postgres.ts";

/** A tag in force on a person. */
export type Tagged = { readonly person: string; readonly tag: string };

/** The tags in force of everyone (one of them, where it is named), one row for each person and tag, up to a limit. */
export async function loadTagged(
  db: Db,
  workspaceId: number,
  at: { readonly now: Date; readonly limit: number; readonly tag: string | undefined },
): Promise<readonly Tagged[]> {
  return db<Tagged[]>`
    select distinct i.person_id::text as person, t.tag
    from person_tag t join identity i on i.workspace_id = ${workspaceId} and i.origin_id = t.origin_id
    where t.workspace_id = ${workspaceId} and (t.expires_at is null or t.expires_at > ${at.now})
      and (${at.tag ?? null}::text is null or t.tag = ${at.tag ?? null})
    order by 1, 2 limit ${at.limit}`;
}

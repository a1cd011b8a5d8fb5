import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db } from "../../platform/storage/postgres.ts";

/** Those of some people of whom the event engine is still to be told something: traits, tags, or whose an id is. */
export async function loadUnsettled(
  db: Db,
  workspaceId: number,
  owned: readonly { readonly originId: string; readonly personId: string }[],
): Promise<ReadonlySet<string>> {
  if (owned.length === 0) return new Set();
  const [origins, people] = [numbers(owned.map(({ originId }) => originId)), numbers(owned.map(({ personId }) => personId))];
  const rows = await db<{ id: string }[]>`
    with owned as (select * from unnest(${origins}::bigint[], ${people}::bigint[]) as o (origin_id, person_id))
    select distinct o.person_id as id from owned o
    where exists (select from trait_change t where t.workspace_id = ${workspaceId} and t.person_id = o.person_id)
      or exists (select from tag_change t where t.workspace_id = ${workspaceId} and t.origin_id = o.origin_id)
      or exists (select from person_change p where p.workspace_id = ${workspaceId} and p.origin_id = o.origin_id)`;
  return new Set(rows.map(({ id }) => id));
}

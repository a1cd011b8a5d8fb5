import type { Tx } from "../../platform/storage/postgres.ts";
import type { Moved } from "./state.views.ts";

/** Tells the event engine again whose these ids are: as PostgreSQL says, which decides it. */
export async function tellAgain(tx: Tx, origins: readonly Pick<Moved, "workspaceId" | "originId">[]): Promise<void> {
  if (origins.length === 0) return;
  await tx`
    insert into person_change (workspace_id, origin_id, person_id)
    select n.workspace_id, n.origin_id, coalesce(i.person_id, n.origin_id)
    from unnest(${origins.map(({ workspaceId }) => workspaceId)}::integer[], ${origins.map(({ originId }) => originId)}::text[]::bigint[]) as n (workspace_id, origin_id)
    left join identity i on i.workspace_id = n.workspace_id and i.origin_id = n.origin_id`;
}

/** Takes away folded traits and search terms that belong to nobody: both are made from what is still there. */
export async function deleteDerivedOrphans(tx: Tx): Promise<void> {
  await tx`delete /* all workspaces: what belongs to nobody */ from person_profile f where not exists (select from person p where p.workspace_id = f.workspace_id and p.person_id = f.person_id)`;
  await tx`delete /* all workspaces: what belongs to nobody */ from person_term t where not exists (select from origin_trait o where o.workspace_id = t.workspace_id and o.origin_id = t.origin_id) and not exists (select from identity i where i.workspace_id = t.workspace_id and i.origin_id = t.origin_id and i.class <> '')`;
}

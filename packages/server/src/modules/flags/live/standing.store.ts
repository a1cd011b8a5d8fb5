import type { Db } from "../../../platform/storage/postgres.ts";

/** How far flags of some workspaces have come; one that never had flags is left out. */
export async function loadRevisions(
  db: Db,
  workspaceIds: readonly number[],
): Promise<readonly { readonly workspaceId: number; readonly revision: string }[]> {
  return db`
    select workspace_id as "workspaceId", revision from flag_revision /* all workspaces: this process serves flags of these */
    where workspace_id = any(${[...workspaceIds]}::integer[])`;
}

import type { Db, Tx } from "./postgres.ts";

/** Says that the event engine answers with other data of some workspaces from now on. Call it once it does, never before. */
export async function noteDataChanged(db: Db | Tx, workspaceIds: Iterable<number>): Promise<void> {
  const ids = [...new Set(workspaceIds)];
  if (ids.length > 0) await db`select data_changed(${ids}::integer[]) /* all workspaces: those of a batch */`;
}

/** How often the data of a workspace have changed: what was reckoned in a generation holds as long as it is the newest. */
export async function loadDataGeneration(db: Db, workspaceId: number): Promise<string> {
  const [row] = await db<{ generation: string }[]>`select generation from data_generation where workspace_id = ${workspaceId}`;
  return row?.generation ?? "0";
}

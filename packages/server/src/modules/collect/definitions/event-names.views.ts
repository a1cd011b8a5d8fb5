import type { Db } from "../../../platform/storage/postgres.ts";

/** Which of some names events of a workspace ever came by, also those that are not added up yet. */
export async function eventNamesAmong(db: Db, workspaceId: number, names: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = names as string[];
  const rows = await db<{ name: string }[]>`
    select name from event_definition where workspace_id = ${workspaceId} and name = any(${asked})
    union select name from event_tally where workspace_id = ${workspaceId} and name = any(${asked}) limit ${names.length}`;
  return new Set(rows.map(({ name }) => name));
}

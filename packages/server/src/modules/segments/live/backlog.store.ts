import type { Db } from "../../../platform/storage/postgres.ts";

/** The newest of the touches that wait in a workspace; "0" where none does. */
export async function loadNewestTouch(db: Db, workspaceId: number): Promise<string> {
  const [row] = await db<
    { id: string }[]
  >`select touch_id as id from segment_touch where workspace_id = ${workspaceId} order by touch_id desc limit 1`;
  return row?.id ?? "0";
}

/** Whether a touch up to one, or somebody whose time came by an instant, still waits to be looked at. */
export async function isAnyWaiting(
  db: Db,
  workspaceId: number,
  { touch, at }: { readonly touch: string; readonly at: Date },
): Promise<boolean> {
  const [row] = await db<{ waits: boolean }[]>`
    select exists (select from segment_touch where workspace_id = ${workspaceId} and touch_id <= ${touch}::bigint)
      or exists (select from segment_due where workspace_id = ${workspaceId} and due_at <= ${at}) as waits`;
  return row?.waits === true;
}

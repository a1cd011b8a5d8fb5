import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Whose an origin is since a change, for the event engine; `changeSeq` grows with every change, and the newest one counts. */
export type PersonChange = {
  readonly workspaceId: number;
  readonly originId: string;
  readonly personId: string;
  readonly changeSeq: string;
};

/** The oldest changes that are not confirmed yet. */
export async function loadPendingChanges(db: Db, limit: number): Promise<readonly PersonChange[]> {
  return db<PersonChange[]>`
    select /* no workspace_id: the outbox of all workspaces */ workspace_id as "workspaceId", origin_id as "originId", person_id as "personId", change_seq as "changeSeq"
    from person_change order by change_seq limit ${limit}`;
}

/** Removes changes that the event engine knows. */
export async function deleteConfirmedChanges(db: Db, changes: readonly PersonChange[]): Promise<void> {
  if (changes.length === 0) return;
  await db`delete /* no workspace_id: the outbox of all workspaces */ from person_change where change_seq = any(${changes.map(({ changeSeq }) => changeSeq)}::bigint[])`;
}

/** Whether the event engine is still to be told whose some ids are. */
export async function areChangesPending(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<boolean> {
  const [row] = await tx<
    { pending: boolean }[]
  >`select exists (select from person_change where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])) as pending`;
  return row?.pending ?? false;
}

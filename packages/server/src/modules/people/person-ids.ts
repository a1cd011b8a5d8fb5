import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { beginChange, restorePlanner } from "./locate.store.ts";
import { loadPeopleOf } from "./neighbourhood.store.ts";
import { isStoredId } from "./person.views.ts";

/** An id and whose it is. */
export type OwnedId = { readonly originId: string; readonly personId: string };

/** All ids of the people who own some ids; unknown ids are left out. */
export async function idsOfPeople(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly OwnedId[]> {
  const rows = await loadPeopleOf(db, workspaceId, originIds.filter(isStoredId));
  return rows.map(({ originId, personId }) => ({ originId, personId }));
}

/** The same, and until the transaction ends nobody else changes people of the workspace. */
export async function lockIdsOfPeople(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly OwnedId[]> {
  await beginChange(tx, workspaceId, true);
  await restorePlanner(tx);
  return idsOfPeople(tx, workspaceId, originIds);
}

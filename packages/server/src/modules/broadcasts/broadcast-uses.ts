import type { Use } from "@terrace/contract/api/segments";
import type { Broadcast } from "@terrace/domain/broadcasts/broadcast";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import { loadStanding, openDefinition } from "./broadcast.store.ts";

/** Broadcasts that name something; those that are over name nothing any more. */
export async function broadcastsNaming(
  { db, privacy }: { readonly db: BroadcastDeps["db"]; readonly privacy: Pick<BroadcastDeps["privacy"], "decryptPayload"> },
  workspaceId: number,
  names: (broadcast: Broadcast) => boolean,
): Promise<readonly Use[]> {
  const rows = await loadStanding(db, workspaceId);
  return rows
    .filter(({ definition }) => names(openDefinition(privacy, definition)))
    .map(({ id, name }) => ({ kind: "broadcast" as const, id, name }));
}

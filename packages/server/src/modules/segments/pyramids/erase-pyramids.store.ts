import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";

/** Removes what pyramids keep of some ids, with nobody looking at them meanwhile; answers how many rows. */
export async function eraseFromPyramids(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const ids = numbers(originIds);
  const standings = await tx`delete from pyramid_standing where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const bars = await tx`delete from pyramid_bar where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const appointments = await tx`delete from pyramid_appointment where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const care = await tx`delete from pyramid_care where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  const changes = await tx`delete from pyramid_change where workspace_id = ${workspaceId} and person_id = any(${ids}::bigint[])`;
  return standings.count + bars.count + appointments.count + care.count + changes.count;
}

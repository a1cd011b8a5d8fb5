import type { Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** Rows removed, by what they were. */
export type PeopleRemoved = {
  readonly identities: number;
  readonly traits: number;
  readonly tags: number;
  readonly notes: number;
  readonly links: number;
  readonly merges: number;
};

/**
 * Removes everything filed under some ids and, of the people in `owners`, those who have no ids left. The event engine is told that each id
 * stands for itself again. Call it with the people locked, and plan their neighbours anew afterwards.
 */
export async function deleteOrigins(
  tx: Tx,
  workspaceId: number,
  originIds: readonly string[],
  owners: readonly string[],
): Promise<PeopleRemoved> {
  const origins = numbers(originIds);
  await tx`delete from person_change where workspace_id = ${workspaceId} and origin_id = any(${origins}::bigint[])`;
  await tx`
    insert into person_change (workspace_id, origin_id, person_id)
    select ${workspaceId}, origin_id, origin_id from identity where workspace_id = ${workspaceId} and origin_id = any(${origins}::bigint[]) and person_id <> origin_id`;
  const traits = await tx`delete from origin_trait where workspace_id = ${workspaceId} and origin_id = any(${origins}::bigint[])`;
  const tags = await tx`delete from person_tag where workspace_id = ${workspaceId} and origin_id = any(${origins}::bigint[])`;
  const notes = await tx`delete from person_note where workspace_id = ${workspaceId} and origin_id = any(${origins}::bigint[])`;
  await tx`delete from merge_conflict where workspace_id = ${workspaceId} and (low = any(${origins}::bigint[]) or high = any(${origins}::bigint[]))`;
  const merges =
    await tx`delete from merge where workspace_id = ${workspaceId} and (low = any(${origins}::bigint[]) or high = any(${origins}::bigint[]))`;
  const low = await tx`delete from link where workspace_id = ${workspaceId} and low = any(${origins}::bigint[])`;
  const high = await tx`delete from link where workspace_id = ${workspaceId} and high = any(${origins}::bigint[])`;
  const identities = await tx`delete from identity where workspace_id = ${workspaceId} and origin_id = any(${origins}::bigint[])`;
  await deleteEmptyPeople(tx, workspaceId, numbers(owners));
  return {
    identities: identities.count,
    traits: traits.count,
    tags: tags.count,
    notes: notes.count,
    links: low.count + high.count,
    merges: merges.count,
  };
}

async function deleteEmptyPeople(tx: Tx, workspaceId: number, owners: string): Promise<void> {
  await tx`
    delete from person_profile p where p.workspace_id = ${workspaceId} and p.person_id = any(${owners}::bigint[])
      and not exists (select from identity i where i.workspace_id = ${workspaceId} and i.person_id = p.person_id)`;
  await tx`
    delete from person p where p.workspace_id = ${workspaceId} and p.person_id = any(${owners}::bigint[])
      and not exists (select from identity i where i.workspace_id = ${workspaceId} and i.person_id = p.person_id)`;
}

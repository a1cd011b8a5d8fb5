import type { VirtualMatcher } from "@terrace/domain/event/virtual-event";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type VirtualEventRow = {
  readonly name: string;
  readonly description: string;
  readonly matcher: VirtualMatcher;
  readonly createdBy: string;
  readonly createdAt: Date;
};

/** The virtual events of a workspace, by name. */
export async function loadVirtualEvents(db: Db | Tx, workspaceId: number, limit: number): Promise<readonly VirtualEventRow[]> {
  return db<VirtualEventRow[]>`
    select name, description, matcher, created_by as "createdBy", created_at as "createdAt" from virtual_event
    where workspace_id = ${workspaceId} order by name limit ${limit}`;
}

/** Whether an event of this name came in, or a virtual one is defined. */
export async function isNameTaken(tx: Tx, workspaceId: number, name: string): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`
    select exists (select from event_definition where workspace_id = ${workspaceId} and name = ${name})
      or exists (select from virtual_event where workspace_id = ${workspaceId} and name = ${name}) as taken`;
  return row?.taken ?? false;
}

/** Adds one; false when there is one of this name by now. */
export async function insertVirtualEvent(tx: Tx, workspaceId: number, event: VirtualEventRow): Promise<boolean> {
  const added = await tx`insert into virtual_event (workspace_id, name, description, matcher, created_by, created_at)
    values (${workspaceId}, ${event.name}, ${event.description}, ${tx.json(event.matcher)}, ${event.createdBy}, ${event.createdAt})
    on conflict do nothing`;
  return added.count === 1;
}

export async function deleteVirtualEventRow(tx: Tx, workspaceId: number, name: string): Promise<boolean> {
  const deleted = await tx`delete from virtual_event where workspace_id = ${workspaceId} and name = ${name}`;
  return deleted.count === 1;
}

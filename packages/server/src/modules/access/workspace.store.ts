import type { Role } from "@terrace/domain/access/permissions";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type WorkspaceLabel = "" | "sample" | "simulated";
export type Workspace = {
  readonly workspaceId: number;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly label: WorkspaceLabel;
};

const WORKSPACES_MAX = 500;

export async function loadWorkspace(db: Db | Tx, workspaceId: number): Promise<Workspace | undefined> {
  const [row] = await db<
    Workspace[]
  >`select workspace_id as "workspaceId", name, time_zone as "timeZone", currency, label from workspace where workspace_id = ${workspaceId}`;
  return row;
}

export async function loadWorkspaces(db: Db | Tx): Promise<readonly Workspace[]> {
  return db<
    Workspace[]
  >`select workspace_id as "workspaceId", name, time_zone as "timeZone", currency, label from workspace order by workspace_id limit ${WORKSPACES_MAX}`;
}

/** The workspaces an operator works in, with the role there. */
export async function loadOwnWorkspaces(db: Db | Tx, operatorId: string): Promise<readonly (Workspace & { readonly role: Role })[]> {
  return db<(Workspace & { readonly role: Role })[]>`
    select workspace_id as "workspaceId", name, time_zone as "timeZone", currency, label, role
    from member join workspace using (workspace_id) where operator_id = ${operatorId} order by workspace_id limit ${WORKSPACES_MAX}`;
}

export async function insertWorkspace(tx: Tx, workspace: Omit<Workspace, "workspaceId">): Promise<number> {
  const [row] = await tx<{ workspaceId: number }[]>`
    insert into workspace (name, time_zone, currency, label) values (${workspace.name}, ${workspace.timeZone}, ${workspace.currency}, ${workspace.label})
    returning workspace_id as "workspaceId"`;
  if (row === undefined) throw new Error("insert returned no row");
  return row.workspaceId;
}

export async function updateWorkspaceRow(tx: Tx, workspace: Workspace): Promise<void> {
  await tx`
    update workspace set name = ${workspace.name}, time_zone = ${workspace.timeZone}, currency = ${workspace.currency}, label = ${workspace.label}
    where workspace_id = ${workspace.workspaceId}`;
}

/** Holds the workspace until the transaction ends: changes of its members come one after another, so that its last owner cannot leave twice at once. */
export async function lockWorkspace(tx: Tx, workspaceId: number): Promise<Workspace | undefined> {
  const [row] = await tx<Workspace[]>`
    select workspace_id as "workspaceId", name, time_zone as "timeZone", currency, label from workspace where workspace_id = ${workspaceId} for update`;
  return row;
}

const BOOTSTRAP_LOCK = 7_261_002;

/** Lets one process at a time look whether the first workspace has to be made. */
export async function lockBootstrap(tx: Tx): Promise<void> {
  await tx`select /* all workspaces: there may be none yet */ pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`;
}

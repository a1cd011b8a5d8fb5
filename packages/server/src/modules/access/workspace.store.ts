import type { RoleGrant, RoleKey } from "@terrace/domain/access/roles";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { grantOf, roleColumns, roleJoin, roleKeyOf, type RoleColumns } from "./membership.ts";

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

export type OwnWorkspace = Workspace & {
  readonly role: RoleKey;
  readonly roleName: string;
  readonly grant: RoleGrant;
  readonly secondFactorRequired: boolean;
};

/** The workspaces an operator works in, with the role there. */
export async function loadOwnWorkspaces(db: Db | Tx, operatorId: string): Promise<readonly OwnWorkspace[]> {
  const rows = await db<(Workspace & RoleColumns & { readonly secondFactorRequired: boolean })[]>`
    select w.workspace_id as "workspaceId", w.name, w.time_zone as "timeZone", w.currency, w.label,
      coalesce(sp.second_factor_required, false) as "secondFactorRequired", ${roleColumns(db)}
    from member m join workspace w using (workspace_id) ${roleJoin(db)} left join security_policy sp on sp.workspace_id = m.workspace_id
    where m.operator_id = ${operatorId} and m.deactivated_at is null order by w.workspace_id limit ${WORKSPACES_MAX}`;
  return rows.map((row) => {
    const { workspaceId, name, timeZone, currency, label, secondFactorRequired } = row;
    return {
      workspaceId,
      name,
      timeZone,
      currency,
      label,
      secondFactorRequired,
      role: roleKeyOf(row),
      roleName: row.roleName ?? "",
      grant: grantOf(row),
    };
  });
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

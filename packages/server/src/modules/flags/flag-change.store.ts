import type { MoveAsked } from "@terrace/contract/api/flag-changes";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type ChangeState = "open" | "approved" | "rejected" | "withdrawn";
/** A flag that would be another. Definitions are sealed. */
type FlagAsked = {
  readonly id: string;
  readonly key: string;
  readonly definition: Uint8Array;
  /** What it was in the version that the change was made of. */
  readonly before: Uint8Array;
};
type Asked = {
  /** What it was made of: a version of the flag, or how many steps the experiment had. */
  readonly baseVersion: number;
  readonly environments: string[];
  readonly note: string;
  readonly askedAt: Date;
  readonly askedBy: string;
  /** Who that is, whatever name or token they act under. */
  readonly asker: string;
};
type Kept = Asked & {
  readonly id: string;
  readonly state: ChangeState;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly reason: string;
};
/** Of a flag or of an experiment. */
export type ChangeRow = Kept & { readonly of: { readonly flag: FlagAsked } | { readonly move: MoveAsked } };

type Joined = Kept & {
  readonly flagId: string | null;
  readonly flag: string | null;
  readonly definition: Uint8Array | null;
  readonly before: Uint8Array | null;
  readonly experimentId: string | null;
  readonly experiment: string | null;
  readonly action: MoveAsked["action"] | null;
  readonly decision: MoveAsked["decision"];
  readonly variant: string | null;
  readonly learning: string | null;
};

export type ChangesAsked = {
  readonly id?: string | undefined;
  readonly state?: ChangeState | undefined;
  readonly flag?: string | undefined;
  /** Id of one. */
  readonly experiment?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
};

/** The newest first. */
export async function loadChanges(
  db: Db | Tx,
  workspaceId: number,
  { id, state, flag, experiment, before, limit }: ChangesAsked,
): Promise<readonly ChangeRow[]> {
  const rows = await db<Joined[]>`
    select c.change_id as id, c.flag_id as "flagId", f.key as flag, c.base_version as "baseVersion", c.definition, v.definition as before,
      c.experiment_id as "experimentId", c.experiment, c.action, c.decision, c.variant, c.learning, c.environments, c.state, c.note,
      c.asked_at as "askedAt", c.asked_by as "askedBy", c.asker, c.decided_at as "decidedAt", c.decided_by as "decidedBy", c.reason
    from flag_change c left join flag f on f.workspace_id = c.workspace_id and f.flag_id = c.flag_id
      left join flag_version v on v.workspace_id = c.workspace_id and v.flag_id = c.flag_id and v.version = c.base_version
    where c.workspace_id = ${workspaceId} ${id === undefined ? db`` : db`and c.change_id = ${id}`}
      ${state === undefined ? db`` : db`and c.state = ${state}`} ${flag === undefined ? db`` : db`and f.key = ${flag}`}
      ${experiment === undefined ? db`` : db`and c.experiment_id::text = ${experiment}`} ${before === undefined ? db`` : db`and c.change_id < ${before}`}
    order by c.change_id desc limit ${limit}`;
  return rows.map((row) => ({ ...row, of: ofOne(row) }));
}

function ofOne({ flagId, flag, definition, before, ...row }: Joined): ChangeRow["of"] {
  if (flagId !== null && flag !== null && definition !== null && before !== null)
    return { flag: { id: flagId, key: flag, definition, before } };
  const { experimentId, experiment, action, decision, variant, learning } = row;
  if (experimentId === null || experiment === null || action === null) throw new Error(`change ${row.id} is of nothing`);
  return { move: { id: experimentId, key: experiment, action, decision, variant, learning } };
}

/** Undefined when another change of the flag is open. */
export async function insertChange(
  tx: Tx,
  workspaceId: number,
  change: Asked & Pick<FlagAsked, "definition"> & { readonly flagId: string },
): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    insert into flag_change (workspace_id, flag_id, base_version, definition, environments, state, note, asked_at, asked_by, asker)
    values (${workspaceId}, ${change.flagId}, ${change.baseVersion}, ${change.definition}, ${change.environments}::text[], 'open', ${change.note}, ${change.askedAt}, ${change.askedBy}, ${change.asker})
    on conflict (workspace_id, flag_id) where state = 'open' do nothing returning change_id as id`;
  return row?.id;
}

/** Undefined when another change of the experiment is open. */
export async function insertMove(
  tx: Tx,
  workspaceId: number,
  { move, ...change }: Asked & { readonly move: MoveAsked },
): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    insert into flag_change (workspace_id, experiment_id, experiment, action, decision, variant, learning, base_version, environments, state, note, asked_at, asked_by, asker)
    values (${workspaceId}, ${move.id}, ${move.key}, ${move.action}, ${move.decision}, ${move.variant}, ${move.learning}, ${change.baseVersion},
      ${change.environments}::text[], 'open', ${change.note}, ${change.askedAt}, ${change.askedBy}, ${change.asker})
    on conflict (workspace_id, experiment_id) where state = 'open' and experiment_id is not null do nothing returning change_id as id`;
  return row?.id;
}

/** All that was ever asked of an experiment that goes. */
export async function deleteMoves(tx: Tx, workspaceId: number, experimentId: string): Promise<void> {
  await tx`delete from flag_change where workspace_id = ${workspaceId} and experiment_id = ${experimentId}`;
}

export async function decideChange(
  tx: Tx,
  workspaceId: number,
  {
    id,
    state,
    at,
    by,
    reason,
  }: { readonly id: string; readonly state: ChangeState; readonly at: Date; readonly by: string; readonly reason: string },
): Promise<void> {
  await tx`
    update flag_change set state = ${state}, decided_at = ${at}, decided_by = ${by}, reason = ${reason}
    where workspace_id = ${workspaceId} and change_id = ${id}`;
}

import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type ChangeState = "open" | "approved" | "rejected" | "withdrawn";
export type ChangeRow = {
  readonly id: string;
  readonly flagId: string;
  readonly flag: string;
  readonly baseVersion: number;
  /** Sealed. */
  readonly definition: Uint8Array;
  readonly environments: string[];
  readonly state: ChangeState;
  readonly note: string;
  readonly askedAt: Date;
  readonly askedBy: string;
  /** Who that is, whatever name or token they act under. */
  readonly asker: string;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly reason: string;
};

const columns = (
  sql: Db | Tx,
) => sql`c.change_id as id, c.flag_id as "flagId", f.key as flag, c.base_version as "baseVersion", c.definition, c.environments, c.state,
  c.note, c.asked_at as "askedAt", c.asked_by as "askedBy", c.asker, c.decided_at as "decidedAt", c.decided_by as "decidedBy", c.reason`;

export type ChangesAsked = {
  readonly id?: string | undefined;
  readonly state?: ChangeState | undefined;
  readonly flag?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
};

/** The newest first. */
export async function loadChanges(
  db: Db | Tx,
  workspaceId: number,
  { id, state, flag, before, limit }: ChangesAsked,
): Promise<readonly ChangeRow[]> {
  return db<ChangeRow[]>`
    select ${columns(db)} from flag_change c join flag f on f.workspace_id = c.workspace_id and f.flag_id = c.flag_id
    where c.workspace_id = ${workspaceId} ${id === undefined ? db`` : db`and c.change_id = ${id}`}
      ${state === undefined ? db`` : db`and c.state = ${state}`} ${flag === undefined ? db`` : db`and f.key = ${flag}`}
      ${before === undefined ? db`` : db`and c.change_id < ${before}`}
    order by c.change_id desc limit ${limit}`;
}

export type NewChange = Pick<
  ChangeRow,
  "flagId" | "baseVersion" | "definition" | "environments" | "note" | "askedAt" | "askedBy" | "asker"
>;

/** Undefined when another change of the flag is open. */
export async function insertChange(tx: Tx, workspaceId: number, change: NewChange): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    insert into flag_change (workspace_id, flag_id, base_version, definition, environments, state, note, asked_at, asked_by, asker)
    values (${workspaceId}, ${change.flagId}, ${change.baseVersion}, ${change.definition}, ${change.environments}::text[], 'open', ${change.note}, ${change.askedAt}, ${change.askedBy}, ${change.asker})
    on conflict (workspace_id, flag_id) where state = 'open' do nothing returning change_id as id`;
  return row?.id;
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

import type { Db } from "../../../platform/storage/postgres.ts";
import type { QuarantineForm } from "./quarantine.store.ts";

export type QuarantineState = "open" | "replayed" | "discarded";
export type QuarantineView = {
  readonly id: string;
  readonly receivedAt: string;
  readonly source: string;
  readonly name: string;
  readonly messageId: string;
  readonly code: string;
  readonly field: string;
  readonly detail: string;
  readonly state: QuarantineState;
};
type Row = Omit<QuarantineView, "receivedAt"> & { readonly receivedAt: Date };

/** Counting stops here: beyond it the exact number helps nobody and costs a scan. */
export const OPEN_COUNT_MAX = 100_000;

const view = (row: Row): QuarantineView => ({ ...row, receivedAt: row.receivedAt.toISOString() });

/** Rows of one state, newest first. */
export async function listRows(
  db: Db,
  workspaceId: number,
  query: {
    readonly state: QuarantineState;
    readonly code: string | undefined;
    readonly name: string | undefined;
    readonly beforeId: string | undefined;
    readonly limit: number;
  },
): Promise<QuarantineView[]> {
  const rows = await db<Row[]>`
    select quarantine_id as id, received_at as "receivedAt", source, name, message_id as "messageId", code, field, detail, state from quarantine
    where workspace_id = ${workspaceId} and state = ${query.state} ${query.code === undefined ? db`` : db`and code = ${query.code}`} ${query.name === undefined ? db`` : db`and name = ${query.name}`}
      ${query.beforeId === undefined ? db`` : db`and quarantine_id < ${query.beforeId}`}
    order by quarantine_id desc limit ${query.limit}`;
  return rows.map(view);
}

/** How many rows of a state there are per reason, the most frequent first. */
export async function countReasons(db: Db, workspaceId: number, state: QuarantineState): Promise<{ code: string; count: number }[]> {
  return db<{ code: string; count: number }[]>`
    select code, count(*)::int as count from (select code from quarantine where workspace_id = ${workspaceId} and state = ${state} limit ${OPEN_COUNT_MAX}) counted
    group by code order by count desc, code limit 100`;
}

/** One row with its encrypted payload. */
export async function findRow(
  db: Db,
  workspaceId: number,
  id: string,
): Promise<(QuarantineView & { readonly payload: Uint8Array; readonly form: QuarantineForm; readonly truncated: boolean }) | undefined> {
  const [row] = await db<(Row & { payload: Uint8Array; form: QuarantineForm; truncated: boolean })[]>`
    select quarantine_id as id, received_at as "receivedAt", source, name, message_id as "messageId", code, field, detail, state, payload, form, truncated from quarantine
    where workspace_id = ${workspaceId} and quarantine_id = ${id}`;
  return row === undefined ? undefined : { ...row, ...view(row) };
}

/** Open rows, counted up to `OPEN_COUNT_MAX`. */
export async function countOpen(db: Db, workspaceId: number): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int as count from (select 1 from quarantine where workspace_id = ${workspaceId} and state = 'open' limit ${OPEN_COUNT_MAX}) open_rows`;
  return row?.count ?? 0;
}

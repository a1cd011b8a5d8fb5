import type { Looker } from "@terrace/domain/insight/boards/sharing";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { seenBy, type OwnedRow } from "./ownership.ts";

export const DASHBOARDS_MAX = 1_000;

export type DashboardStored = OwnedRow & {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Tiles and settings, sealed. */
  readonly content: Uint8Array;
  readonly analyses: readonly string[];
  readonly segments: readonly string[];
  readonly tileCount: number;
};

function columns(db: Db | Tx) {
  return db`dashboard_id as id, name, description, content, analyses, segments, tile_count as "tileCount", owner, shared_with as "sharedWith", shared_may as "sharedMay",
    version, created_at as "createdAt", changed_at as "changedAt", changed_by as "changedBy"`;
}

export async function countDashboards(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from dashboard where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export type NewDashboard = Omit<DashboardStored, "id" | "version" | "createdAt">;

export async function insertDashboard(tx: Tx, workspaceId: number, made: NewDashboard): Promise<DashboardStored> {
  const [row] = await tx<DashboardStored[]>`
    insert into dashboard (workspace_id, name, description, content, analyses, segments, tile_count, owner, shared_with, shared_may, version, created_at, changed_at, changed_by)
    values (${workspaceId}, ${made.name}, ${made.description}, ${made.content}, ${[...made.analyses]}::bigint[], ${[...made.segments]}::bigint[], ${made.tileCount}, ${made.owner},
      ${made.sharedWith === null ? null : [...made.sharedWith]}::text[], ${made.sharedMay}, 1, ${made.changedAt}, ${made.changedAt}, ${made.changedBy})
    returning ${columns(tx)}`;
  if (row === undefined) throw new Error("insert into dashboard returned no row");
  return row;
}

export async function replaceDashboard(tx: Tx, workspaceId: number, row: DashboardStored): Promise<void> {
  await tx`
    update dashboard set name = ${row.name}, description = ${row.description}, content = ${row.content}, analyses = ${[...row.analyses]}::bigint[], segments = ${[...row.segments]}::bigint[],
      tile_count = ${row.tileCount}, shared_with = ${row.sharedWith === null ? null : [...row.sharedWith]}::text[], shared_may = ${row.sharedMay}, version = ${row.version},
      changed_at = ${row.changedAt}, changed_by = ${row.changedBy}
    where workspace_id = ${workspaceId} and dashboard_id = ${row.id}`;
}

export type DashboardQuery = {
  readonly search: string;
  readonly mine: boolean;
  readonly before: { readonly changedAt: string; readonly id: string } | undefined;
  readonly limit: number;
};

/** Those that someone may see, the last changed first. */
export async function loadDashboards(
  db: Db,
  workspaceId: number,
  looker: Looker,
  query: DashboardQuery,
): Promise<readonly DashboardStored[]> {
  const { search, mine, before, limit } = query;
  return db<DashboardStored[]>`
    select ${columns(db)} from dashboard
    where workspace_id = ${workspaceId} ${seenBy(db, looker)}
      ${search === "" ? db`` : db`and position(lower(${search}) in lower(name || chr(10) || description)) > 0`} ${mine ? db`and owner = ${looker.name}` : db``}
      ${before === undefined ? db`` : db`and (changed_at, dashboard_id) < (${before.changedAt}::timestamptz, ${before.id}::bigint)`}
    order by changed_at desc, dashboard_id desc limit ${limit}`;
}

export async function findDashboard(db: Db | Tx, workspaceId: number, id: string): Promise<DashboardStored | undefined> {
  const [row] = await db<
    DashboardStored[]
  >`select ${columns(db)} from dashboard where workspace_id = ${workspaceId} and dashboard_id = ${id}`;
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockDashboard(tx: Tx, workspaceId: number, id: string): Promise<DashboardStored | undefined> {
  const [row] = await tx<DashboardStored[]>`
    select ${columns(tx)} from dashboard where workspace_id = ${workspaceId} and dashboard_id = ${id} for update`;
  return row;
}

export async function deleteDashboard(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from dashboard where workspace_id = ${workspaceId} and dashboard_id = ${id}`;
}

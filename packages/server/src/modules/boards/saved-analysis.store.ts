import type { SavedAnalysis } from "@terrace/contract/api/insight-saved";
import type { Looker } from "@terrace/domain/insight/boards/sharing";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { seenBy, type OwnedRow } from "./ownership.ts";

/** The form of ids of what is kept here. */
export const ID = /^[1-9]\d{0,17}$/;
export const SAVED_ANALYSES_MAX = 5_000;

export type SavedAnalysisStored = OwnedRow & {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: string;
  readonly query: Uint8Array;
  readonly display: SavedAnalysis["display"];
  readonly folder: string;
  readonly tags: readonly string[];
  readonly segments: readonly string[];
  readonly archivedAt: Date | null;
};

function columns(db: Db | Tx) {
  return db`analysis_id as id, name, description, kind, query, display, folder, tags, segments, owner, shared_with as "sharedWith", shared_may as "sharedMay",
    version, created_at as "createdAt", changed_at as "changedAt", changed_by as "changedBy", archived_at as "archivedAt"`;
}

export async function countSavedAnalyses(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from saved_analysis where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

export type NewSavedAnalysis = Omit<SavedAnalysisStored, "id" | "version" | "createdAt" | "archivedAt">;

/** Stores it as its first version. */
export async function insertSavedAnalysis(tx: Tx, workspaceId: number, made: NewSavedAnalysis): Promise<SavedAnalysisStored> {
  const [row] = await tx<SavedAnalysisStored[]>`
    insert into saved_analysis (workspace_id, name, description, kind, query, display, folder, tags, segments, owner, shared_with, shared_may, version, created_at, changed_at, changed_by)
    values (${workspaceId}, ${made.name}, ${made.description}, ${made.kind}, ${made.query}, ${tx.json(made.display)}, ${made.folder}, ${[...made.tags]}::text[],
      ${[...made.segments]}::bigint[], ${made.owner}, ${made.sharedWith === null ? null : [...made.sharedWith]}::text[], ${made.sharedMay}, 1, ${made.changedAt}, ${made.changedAt}, ${made.changedBy})
    returning ${columns(tx)}`;
  if (row === undefined) throw new Error("insert into saved_analysis returned no row");
  await keepVersion(tx, workspaceId, row);
  return row;
}

/** Puts a changed row in place; `keepsVersion`: what it was is kept, so the version grows. */
export async function replaceSavedAnalysis(tx: Tx, workspaceId: number, row: SavedAnalysisStored): Promise<void> {
  await tx`
    update saved_analysis set name = ${row.name}, description = ${row.description}, kind = ${row.kind}, query = ${row.query}, display = ${tx.json(row.display)},
      folder = ${row.folder}, tags = ${[...row.tags]}::text[], segments = ${[...row.segments]}::bigint[], shared_with = ${row.sharedWith === null ? null : [...row.sharedWith]}::text[],
      shared_may = ${row.sharedMay}, version = ${row.version}, changed_at = ${row.changedAt}, changed_by = ${row.changedBy}, archived_at = ${row.archivedAt}
    where workspace_id = ${workspaceId} and analysis_id = ${row.id}`;
  await keepVersion(tx, workspaceId, row);
}

async function keepVersion(tx: Tx, workspaceId: number, row: SavedAnalysisStored): Promise<void> {
  await tx`
    insert into saved_analysis_version (workspace_id, analysis_id, version, name, description, kind, query, display, changed_at, changed_by)
    values (${workspaceId}, ${row.id}, ${row.version}, ${row.name}, ${row.description}, ${row.kind}, ${row.query}, ${tx.json(row.display)}, ${row.changedAt}, ${row.changedBy})`;
}

export type SavedAnalysisQuery = {
  readonly search: string;
  readonly kind: string | undefined;
  readonly folder: string | undefined;
  readonly mine: boolean;
  readonly archived: boolean;
  readonly before: { readonly changedAt: string; readonly id: string } | undefined;
  readonly limit: number;
};

/** Those that someone may see, the last changed first. */
export async function loadSavedAnalyses(
  db: Db,
  workspaceId: number,
  looker: Looker,
  query: SavedAnalysisQuery,
): Promise<readonly SavedAnalysisStored[]> {
  const { search, kind, folder, mine, archived, before, limit } = query;
  return db<SavedAnalysisStored[]>`
    select ${columns(db)} from saved_analysis
    where workspace_id = ${workspaceId} and (archived_at is not null) = ${archived} ${seenBy(db, looker)}
      ${search === "" ? db`` : db`and position(lower(${search}) in lower(name || chr(10) || description || chr(10) || folder || chr(10) || array_to_string(tags, chr(10)))) > 0`}
      ${kind === undefined ? db`` : db`and kind = ${kind}`} ${folder === undefined ? db`` : db`and folder = ${folder}`}
      ${mine ? db`and owner = ${looker.name}` : db``}
      ${before === undefined ? db`` : db`and (changed_at, analysis_id) < (${before.changedAt}::timestamptz, ${before.id}::bigint)`}
    order by changed_at desc, analysis_id desc limit ${limit}`;
}

export async function findSavedAnalysis(db: Db | Tx, workspaceId: number, id: string): Promise<SavedAnalysisStored | undefined> {
  const [row] = await db<SavedAnalysisStored[]>`
    select ${columns(db)} from saved_analysis where workspace_id = ${workspaceId} and analysis_id = ${id}`;
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockSavedAnalysis(tx: Tx, workspaceId: number, id: string): Promise<SavedAnalysisStored | undefined> {
  const [row] = await tx<SavedAnalysisStored[]>`
    select ${columns(tx)} from saved_analysis where workspace_id = ${workspaceId} and analysis_id = ${id} for update`;
  return row;
}

/** Which of some saved analyses there are. */
export async function findAnalysisIds(db: Db | Tx, workspaceId: number, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db<{ id: string }[]>`
    select analysis_id as id from saved_analysis where workspace_id = ${workspaceId} and analysis_id = any(${[...ids]}::bigint[])`;
  return new Set(rows.map(({ id }) => id));
}

export type AnalysisVersion = Pick<
  SavedAnalysisStored,
  "version" | "name" | "description" | "kind" | "query" | "display" | "changedAt" | "changedBy"
>;

/** The newest first, from before a version on. */
export async function loadVersions(
  db: Db,
  workspaceId: number,
  id: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly AnalysisVersion[]> {
  return db<AnalysisVersion[]>`
    select version, name, description, kind, query, display, changed_at as "changedAt", changed_by as "changedBy" from saved_analysis_version
    where workspace_id = ${workspaceId} and analysis_id = ${id} ${page.before === undefined ? db`` : db`and version < ${page.before}`}
    order by version desc limit ${page.limit}`;
}

export async function deleteSavedAnalysis(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from saved_analysis where workspace_id = ${workspaceId} and analysis_id = ${id}`;
}

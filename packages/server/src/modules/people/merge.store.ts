import type { RefusalReason } from "@terrace/domain/identity/plan-link";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { isStoredId } from "./person.views.ts";

export type MergeRow = {
  readonly mergeId: string;
  readonly low: string;
  readonly high: string;
  readonly survivor: string;
  readonly reason: string;
  readonly madeBy: string;
  readonly createdAt: Date;
  readonly takenBackAt: Date | null;
  readonly takenBackBy: string | null;
};

export type ConflictRow = {
  readonly conflictId: string;
  readonly low: string;
  readonly high: string;
  readonly reason: RefusalReason;
  readonly seen: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly state: ConflictState;
  readonly decidedBy: string | null;
};

export type ConflictState = "open" | "merged" | "kept_apart";

export type Page = { readonly limit: number; readonly beforeId: string | undefined };

const MERGE_COLUMNS = ["merge_id", "low", "high", "survivor", "reason", "made_by", "created_at", "taken_back_at", "taken_back_by"] as const;
type StoredMerge = {
  merge_id: string;
  low: string;
  high: string;
  survivor: string;
  reason: string;
  made_by: string;
  created_at: Date;
  taken_back_at: Date | null;
  taken_back_by: string | null;
};

/** Adds a merge of two ids. */
export async function insertMerge(
  tx: Tx,
  workspaceId: number,
  merge: {
    readonly low: string;
    readonly high: string;
    readonly survivor: string;
    readonly waived: boolean;
    readonly reason: string;
    readonly madeBy: string;
    readonly at: Date;
  },
): Promise<MergeRow> {
  const [row] = await tx<StoredMerge[]>`
    insert into merge (workspace_id, low, high, at_ms, waived, survivor, reason, made_by, created_at)
    values (${workspaceId}, ${merge.low}, ${merge.high}, ${merge.at.getTime()}, ${merge.waived}, ${merge.survivor}, ${merge.reason}, ${merge.madeBy}, ${merge.at}) returning ${tx(MERGE_COLUMNS)}`;
  if (row === undefined) throw new Error("an insert answered no row");
  return mergeRow(row);
}

/** Marks a merge taken back; undefined when it was before. */
export async function markTakenBack(
  tx: Tx,
  workspaceId: number,
  mergeId: string,
  by: { readonly actor: string; readonly at: Date },
): Promise<MergeRow | undefined> {
  const [row] = await tx<StoredMerge[]>`
    update merge set taken_back_at = ${by.at}, taken_back_by = ${by.actor}
    where workspace_id = ${workspaceId} and merge_id = ${mergeId} and taken_back_at is null returning ${tx(MERGE_COLUMNS)}`;
  return row === undefined ? undefined : mergeRow(row);
}

export async function findMerge(db: Db | Tx, workspaceId: number, mergeId: string): Promise<MergeRow | undefined> {
  if (!isStoredId(mergeId)) return undefined;
  const [row] = await db<
    StoredMerge[]
  >`select ${db(MERGE_COLUMNS)} from merge where workspace_id = ${workspaceId} and merge_id = ${mergeId}`;
  return row === undefined ? undefined : mergeRow(row);
}

/** Merges, newest first; with `originIds` only those of these ids. */
export async function loadMerges(
  db: Db,
  workspaceId: number,
  page: Page,
  originIds: readonly string[] | undefined,
): Promise<readonly MergeRow[]> {
  const rows = await db<StoredMerge[]>`
    select ${db(MERGE_COLUMNS)} from merge where workspace_id = ${workspaceId}
      ${page.beforeId === undefined ? db`` : db`and merge_id < ${page.beforeId}`}
      ${originIds === undefined ? db`` : db`and (low = any(${originIds}::bigint[]) or high = any(${originIds}::bigint[]))`}
    order by merge_id desc limit ${page.limit}`;
  return rows.map(mergeRow);
}

const CONFLICT_COLUMNS = ["conflict_id", "low", "high", "reason", "seen", "first_seen_ms", "last_seen_ms", "state", "decided_by"] as const;
type StoredConflict = {
  conflict_id: string;
  low: string;
  high: string;
  reason: RefusalReason;
  seen: number;
  first_seen_ms: string;
  last_seen_ms: string;
  state: ConflictState;
  decided_by: string | null;
};

export async function findConflict(db: Db | Tx, workspaceId: number, conflictId: string): Promise<ConflictRow | undefined> {
  if (!isStoredId(conflictId)) return undefined;
  const [row] = await db<
    StoredConflict[]
  >`select ${db(CONFLICT_COLUMNS)} from merge_conflict where workspace_id = ${workspaceId} and conflict_id = ${conflictId}`;
  return row === undefined ? undefined : conflictRow(row);
}

/** Refused joins in one state, newest first. */
export async function loadConflicts(db: Db, workspaceId: number, page: Page, state: ConflictState): Promise<readonly ConflictRow[]> {
  const rows = await db<StoredConflict[]>`
    select ${db(CONFLICT_COLUMNS)} from merge_conflict where workspace_id = ${workspaceId} and state = ${state}
      ${page.beforeId === undefined ? db`` : db`and conflict_id < ${page.beforeId}`}
    order by conflict_id desc limit ${page.limit}`;
  return rows.map(conflictRow);
}

/** Writes what was decided. */
export async function decide(
  tx: Tx,
  workspaceId: number,
  conflictId: string,
  decision: { readonly state: ConflictState; readonly actor: string; readonly at: Date },
): Promise<void> {
  await tx`
    update merge_conflict set state = ${decision.state}, decided_by = ${decision.actor}, decided_at = ${decision.at}
    where workspace_id = ${workspaceId} and conflict_id = ${conflictId}`;
}

/** Makes a link say nothing, because an operator knows better. */
export async function keepApart(tx: Tx, workspaceId: number, link: { readonly low: string; readonly high: string }): Promise<void> {
  await tx`update link set kept_apart = true where workspace_id = ${workspaceId} and low = ${link.low} and high = ${link.high}`;
}

function mergeRow(row: StoredMerge): MergeRow {
  return {
    mergeId: row.merge_id,
    low: row.low,
    high: row.high,
    survivor: row.survivor,
    reason: row.reason,
    madeBy: row.made_by,
    createdAt: row.created_at,
    takenBackAt: row.taken_back_at,
    takenBackBy: row.taken_back_by,
  };
}

function conflictRow(row: StoredConflict): ConflictRow {
  return {
    conflictId: row.conflict_id,
    low: row.low,
    high: row.high,
    reason: row.reason,
    seen: row.seen,
    firstSeenMs: Number(row.first_seen_ms),
    lastSeenMs: Number(row.last_seen_ms),
    state: row.state,
    decidedBy: row.decided_by,
  };
}

import type { ExportFormat } from "@terrace/contract/api/exports";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type ExportState = "waiting" | "running" | "done" | "aborted" | "failed";
export type ExportRow = {
  readonly id: string;
  readonly workspaceId: number;
  readonly what: string;
  readonly format: ExportFormat;
  readonly clear: boolean;
  readonly asked: Uint8Array;
  readonly actor: string;
  readonly state: ExportState;
  readonly rows: number;
  readonly bytes: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
};

export async function insertExport(
  tx: Tx,
  workspaceId: number,
  given: Pick<ExportRow, "what" | "format" | "clear" | "asked" | "actor" | "createdAt">,
): Promise<ExportRow> {
  const [row] = await tx<ExportRow[]>`
    insert into export (workspace_id, what, format, clear, asked, actor, created_at)
    values (${workspaceId}, ${given.what}, ${given.format}, ${given.clear}, ${Buffer.from(given.asked)}, ${given.actor}, ${given.createdAt}) returning ${columns(tx)}`;
  if (row === undefined) throw new Error("an insert answered no row");
  return row;
}

export async function findExport(db: Db, workspaceId: number, id: string): Promise<ExportRow | undefined> {
  const [row] = await db<ExportRow[]>`select ${columns(db)} from export where workspace_id = ${workspaceId} and export_id = ${id}`;
  return row;
}

/** Exports, newest first, below an id. */
export async function loadExports(
  db: Db,
  workspaceId: number,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<readonly ExportRow[]> {
  return db<ExportRow[]>`
    select ${columns(db)} from export where workspace_id = ${workspaceId} ${page.beforeId === undefined ? db`` : db`and export_id < ${page.beforeId}`} order by export_id desc limit ${page.limit}`;
}

/** Marks an export as being read; false when somebody read it before. */
export async function startExport(tx: Tx, workspaceId: number, id: string, at: Date): Promise<boolean> {
  const started = await tx`
    update export set state = 'running', started_at = ${at}, touched_at = ${at} where workspace_id = ${workspaceId} and export_id = ${id} and state = 'waiting'`;
  return started.count > 0;
}

export type Written = { readonly rows: number; readonly bytes: number };

/** Notes how far a running export came. */
export async function touchExport(
  db: Db,
  { workspaceId, id }: Pick<ExportRow, "workspaceId" | "id">,
  written: Written,
  at: Date,
): Promise<void> {
  await db`
    update export set rows_written = ${written.rows}, bytes_written = ${written.bytes}, touched_at = ${at}
    where workspace_id = ${workspaceId} and export_id = ${id} and state = 'running'`;
}

/** Marks the end of an export; false when it was ended before. */
export async function endExport(
  tx: Tx,
  workspaceId: number,
  id: string,
  end: Written & { readonly state: "done" | "aborted" | "failed"; readonly at: Date },
): Promise<boolean> {
  const ended = await tx`
    update export set state = ${end.state}, rows_written = ${end.rows}, bytes_written = ${end.bytes}, finished_at = ${end.at}, touched_at = ${end.at}
    where workspace_id = ${workspaceId} and export_id = ${id} and state = 'running'`;
  return ended.count > 0;
}

const LOST_PER_RUN_MAX = 100;

/** Exports whose process stopped while it wrote them. */
export async function loadLost(tx: Tx, untouchedSince: Date): Promise<readonly ExportRow[]> {
  return tx<ExportRow[]>`
    /* all workspaces: clearing up is the same for each */
    select ${columns(tx)} from export where state = 'running' and touched_at < ${untouchedSince} order by export_id limit ${LOST_PER_RUN_MAX} for update skip locked`;
}

export type AskedRow = Pick<ExportRow, "id" | "what" | "state" | "asked" | "createdAt">;

/** What was asked for in the exports of a workspace, in order, after one. */
export async function loadAsked(
  sql: Db | Tx,
  workspaceId: number,
  page: { readonly afterId: string; readonly limit: number },
): Promise<readonly AskedRow[]> {
  return sql<AskedRow[]>`
    select export_id::text as id, what, state, asked, created_at as "createdAt" from export
    where workspace_id = ${workspaceId} and export_id > ${page.afterId} order by export_id limit ${page.limit}`;
}

export async function replaceAsked(tx: Tx, workspaceId: number, id: string, asked: Uint8Array): Promise<void> {
  await tx`update export set asked = ${Buffer.from(asked)} where workspace_id = ${workspaceId} and export_id = ${id}`;
}

export async function deleteExport(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from export where workspace_id = ${workspaceId} and export_id = ${id}`;
}

/** Forgets exports that nobody came for, and old history; the audit log keeps what happened. */
export async function deleteOldExports(tx: Tx, before: { readonly waiting: Date; readonly history: Date }): Promise<void> {
  await tx`
    /* all workspaces: clearing up is the same for each */
    delete from export where (state = 'waiting' and created_at < ${before.waiting}) or created_at < ${before.history}`;
}

function columns(db: Db | Tx): ReturnType<Db> {
  return db`export_id::text as id, workspace_id as "workspaceId", what, format, clear, asked, actor, state, rows_written::float8 as rows, bytes_written::float8 as bytes, created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"`;
}

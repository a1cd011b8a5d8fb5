import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** An uploaded file: `bytes` is how long it is to become, `offset` how much of it is here. */
export type UploadRow = { readonly id: string; readonly fileName: string; readonly bytes: number; readonly offset: number };

/** Registers the blob of an upload. */
export async function insertUpload(
  tx: Tx,
  workspaceId: number,
  upload: { readonly id: string; readonly fileName: string; readonly bytes: number; readonly actor: string },
): Promise<void> {
  await tx`
    insert into import_upload (upload_id, workspace_id, file_name, bytes, actor)
    values (${upload.id}, ${workspaceId}, ${upload.fileName}, ${upload.bytes}, ${upload.actor})`;
}

/** One upload, or undefined. */
export async function findUpload(db: Db | Tx, workspaceId: number, id: string): Promise<UploadRow | undefined> {
  const [row] = await db<UploadRow[]>`
    select upload_id::text as id, file_name as "fileName", bytes::float8 as bytes, size_bytes::float8 as "offset"
    from import_upload join blob on blob_id = upload_id where import_upload.workspace_id = ${workspaceId} and upload_id = ${id}`;
  return row;
}

/** Whether an import reads a file, has read it, or waits to. */
export async function isUploadUsed(tx: Tx, workspaceId: number, id: string): Promise<boolean> {
  const [row] = await tx<
    { used: boolean }[]
  >`select exists (select from import where workspace_id = ${workspaceId} and upload_id = ${id}) as used`;
  return row?.used ?? false;
}

/**
 * Erases up to `limit` files that nobody needs any more: uploads without an import that were left lying, and files of imports that were over long
 * ago, with the rejected rows of those. Answers how many.
 */
export async function eraseOldFiles(
  db: Db,
  { unusedSince, importedBefore, limit }: { readonly unusedSince: Date; readonly importedBefore: Date; readonly limit: number },
): Promise<number> {
  const erased = await db`
    /* all workspaces: clearing up is the same for each */
    delete from blob where blob_id in (
      select blob_id from blob where purpose in ('import.upload', 'import.rejected') and touched_at < ${unusedSince}
        and not exists (
          select from import where blob_id in (upload_id, rejected_id) and (finished_at is null or finished_at >= ${importedBefore}) and state <> 'repeat')
        and not exists (select from import_trial where import_trial.upload_id = blob_id and import_trial.state in ('queued', 'running'))
      order by touched_at limit ${limit})`;
  return erased.count;
}

/** Erases up to `limit` files of a workspace, with the dry runs over them, that no import is reading; answers how many. */
export async function eraseWorkspaceFiles(tx: Tx, workspaceId: number, limit: number): Promise<number> {
  const erased = await tx`
    delete from blob where workspace_id = ${workspaceId} and blob_id in (
      select blob_id from blob where workspace_id = ${workspaceId} and purpose in ('import.upload', 'import.rejected')
        and not exists (select from import where workspace_id = ${workspaceId} and blob_id in (upload_id, rejected_id) and state in ('queued', 'running'))
      order by blob_id limit ${limit})`;
  return erased.count;
}

/** Forgets the rows of open groups of imports that are not running. */
export async function dropOpenRows(tx: Tx, workspaceId: number): Promise<void> {
  await tx`update import set carry = null where workspace_id = ${workspaceId} and carry is not null and state in ('paused', 'failed', 'cancelled')`;
}

/** Whether an import of the workspace reads a file now, or is about to. */
export async function hasRunningImport(tx: Tx, workspaceId: number): Promise<boolean> {
  const [row] = await tx<
    { found: boolean }[]
  >`select exists (select from import where workspace_id = ${workspaceId} and upload_id is not null and state in ('queued', 'running')) as found`;
  return row?.found ?? false;
}

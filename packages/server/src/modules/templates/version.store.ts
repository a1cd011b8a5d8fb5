import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type VersionStored = {
  readonly version: number;
  readonly substance: Uint8Array;
  readonly compiled: Uint8Array;
  readonly note: string;
  readonly publishedAt: Date;
  readonly publishedBy: string;
};

/** Keeps a version for good. */
export async function insertVersion(tx: Tx, workspaceId: number, templateId: string, made: VersionStored): Promise<void> {
  await tx`
    insert into message_template_version (workspace_id, template_id, version, substance, compiled, note, published_at, published_by)
    values (${workspaceId}, ${templateId}, ${made.version}, ${made.substance}, ${made.compiled}, ${made.note}, ${made.publishedAt}, ${made.publishedBy})`;
}

export async function findVersion(
  db: Db | Tx,
  workspaceId: number,
  templateId: string,
  version: number,
): Promise<VersionStored | undefined> {
  const [row] = await db<VersionStored[]>`
    select version, substance, compiled, note, published_at as "publishedAt", published_by as "publishedBy" from message_template_version
    where workspace_id = ${workspaceId} and template_id = ${templateId} and version = ${version}`;
  return row;
}

/** The newest first, from before a version on. */
export async function loadVersions(
  db: Db,
  workspaceId: number,
  templateId: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly Omit<VersionStored, "substance" | "compiled">[]> {
  return db<Omit<VersionStored, "substance" | "compiled">[]>`
    select version, note, published_at as "publishedAt", published_by as "publishedBy" from message_template_version
    where workspace_id = ${workspaceId} and template_id = ${templateId} ${page.before === undefined ? db`` : db`and version < ${page.before}`}
    order by version desc limit ${page.limit}`;
}

import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type FlagRow = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly version: number;
  /** Sealed. */
  readonly definition: Uint8Array;
  readonly killed: boolean;
  readonly expiresAt: Date | null;
  readonly archivedAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly changedAt: Date;
  readonly changedBy: string;
  /** Number of the change that waits for approval. */
  readonly openChange: string | null;
};

export const FLAGS_MAX = 1_000;

const columns = (sql: Db | Tx, workspaceId: number) => sql`f.flag_id as id, f.key, f.name, f.description, f.version, f.definition, f.killed,
  f.expires_at as "expiresAt", f.archived_at as "archivedAt", f.created_at as "createdAt", f.created_by as "createdBy",
  f.changed_at as "changedAt", f.changed_by as "changedBy",
  (select c.change_id from flag_change c where c.workspace_id = ${workspaceId} and c.flag_id = f.flag_id and c.state = 'open') as "openChange"`;

export type FlagsAsked = {
  readonly archived: boolean;
  readonly search?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
};

/** In the order of their keys. */
export async function loadFlags(db: Db, workspaceId: number, { archived, search, after, limit }: FlagsAsked): Promise<readonly FlagRow[]> {
  const wanted = search === undefined || search === "" ? undefined : `%${search.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return db<FlagRow[]>`
    select ${columns(db, workspaceId)} from flag f
    where f.workspace_id = ${workspaceId} and ${archived ? db`f.archived_at is not null` : db`f.archived_at is null`}
      ${wanted === undefined ? db`` : db`and (f.key ilike ${wanted} or f.name ilike ${wanted})`}
      ${after === undefined ? db`` : db`and f.key collate "C" > ${after}`}
    order by f.key collate "C" limit ${limit}`;
}

export async function findFlag(db: Db | Tx, workspaceId: number, key: string): Promise<FlagRow | undefined> {
  const [row] = await db<
    FlagRow[]
  >`select ${columns(db, workspaceId)} from flag f where f.workspace_id = ${workspaceId} and f.key = ${key}`;
  return row;
}

/** All that are not put away: what a change has to fit, and what clients get. */
export async function loadStanding(
  db: Db | Tx,
  workspaceId: number,
): Promise<readonly Pick<FlagRow, "id" | "key" | "name" | "version" | "definition" | "killed" | "expiresAt" | "changedAt">[]> {
  return db`
    select flag_id as id, key, name, version, definition, killed, expires_at as "expiresAt", changed_at as "changedAt"
    from flag where workspace_id = ${workspaceId} and archived_at is null order by key collate "C" limit ${FLAGS_MAX}`;
}

/** Makes whoever changes flags of a workspace wait for each other: what one presupposes must not go while another comes to need it. */
export async function lockFlags(tx: Tx, workspaceId: number): Promise<void> {
  await tx`insert into flag_revision (workspace_id, revision) values (${workspaceId}, 0) on conflict (workspace_id) do nothing`;
  await tx`select from flag_revision where workspace_id = ${workspaceId} for update`;
}

/** Has every process read the flags of a workspace again. */
export async function raiseRevision(tx: Tx, workspaceId: number): Promise<void> {
  await tx`
    insert into flag_revision (workspace_id, revision) values (${workspaceId}, 1)
    on conflict (workspace_id) do update set revision = flag_revision.revision + 1`;
}

export async function countFlags(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<
    { count: number }[]
  >`select count(*)::int as count from flag where workspace_id = ${workspaceId} and archived_at is null`;
  return row?.count ?? 0;
}

export type NewFlag = Pick<FlagRow, "key" | "name" | "description" | "definition" | "expiresAt"> & {
  readonly at: Date;
  readonly by: string;
  readonly note: string;
};

/** Undefined when the key is taken. */
export async function insertFlag(tx: Tx, workspaceId: number, flag: NewFlag): Promise<string | undefined> {
  const [row] = await tx<{ id: string }[]>`
    insert into flag (workspace_id, key, name, description, version, definition, expires_at, created_at, created_by, changed_at, changed_by)
    values (${workspaceId}, ${flag.key}, ${flag.name}, ${flag.description}, 1, ${flag.definition}, ${flag.expiresAt}, ${flag.at}, ${flag.by}, ${flag.at}, ${flag.by})
    on conflict (workspace_id, key) do nothing returning flag_id as id`;
  if (row === undefined) return undefined;
  await insertVersion(tx, workspaceId, {
    flagId: row.id,
    version: 1,
    definition: flag.definition,
    note: flag.note,
    at: flag.at,
    by: flag.by,
  });
  return row.id;
}

export type FlagVersionRow = {
  readonly version: number;
  readonly definition: Uint8Array;
  readonly note: string;
  readonly at: Date;
  readonly by: string;
};

async function insertVersion(tx: Tx, workspaceId: number, row: FlagVersionRow & { readonly flagId: string }): Promise<void> {
  await tx`
    insert into flag_version (workspace_id, flag_id, version, definition, note, at, by)
    values (${workspaceId}, ${row.flagId}, ${row.version}, ${row.definition}, ${row.note}, ${row.at}, ${row.by})`;
}

/** Puts a definition in force as the next version. */
export async function saveDefinition(
  tx: Tx,
  workspaceId: number,
  { flagId, ...row }: Omit<FlagVersionRow, "version"> & { readonly flagId: string },
): Promise<void> {
  const [saved] = await tx<{ version: number }[]>`
    update flag set definition = ${row.definition}, version = version + 1, changed_at = ${row.at}, changed_by = ${row.by}
    where workspace_id = ${workspaceId} and flag_id = ${flagId} returning version`;
  if (saved === undefined) throw new Error("a flag that was locked is gone");
  await insertVersion(tx, workspaceId, { ...row, flagId, version: saved.version });
}

export async function describeFlag(
  tx: Tx,
  workspaceId: number,
  { flagId, name, description, expiresAt }: Pick<FlagRow, "name" | "description" | "expiresAt"> & { readonly flagId: string },
): Promise<void> {
  await tx`
    update flag set name = ${name}, description = ${description}, expires_at = ${expiresAt}
    where workspace_id = ${workspaceId} and flag_id = ${flagId}`;
}

export async function setKilled(
  tx: Tx,
  workspaceId: number,
  { flagId, killed, at, by }: { readonly flagId: string; readonly killed: boolean; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx`
    update flag set killed = ${killed}, changed_at = ${at}, changed_by = ${by}
    where workspace_id = ${workspaceId} and flag_id = ${flagId}`;
}

export async function setArchived(
  tx: Tx,
  workspaceId: number,
  { flagId, archivedAt, at, by }: { readonly flagId: string; readonly archivedAt: Date | null; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx`
    update flag set archived_at = ${archivedAt}, changed_at = ${at}, changed_by = ${by}
    where workspace_id = ${workspaceId} and flag_id = ${flagId}`;
}

export async function loadVersion(tx: Tx, workspaceId: number, flagId: string, version: number): Promise<Uint8Array | undefined> {
  const [row] = await tx<{ definition: Uint8Array }[]>`
    select definition from flag_version where workspace_id = ${workspaceId} and flag_id = ${flagId} and version = ${version}`;
  return row?.definition;
}

/** The newest first, below a version. */
export async function loadVersions(
  db: Db,
  workspaceId: number,
  { flagId, below, limit }: { readonly flagId: string; readonly below?: number | undefined; readonly limit: number },
): Promise<readonly FlagVersionRow[]> {
  return db<FlagVersionRow[]>`
    select version, definition, note, at, by from flag_version
    where workspace_id = ${workspaceId} and flag_id = ${flagId} ${below === undefined ? db`` : db`and version < ${below}`}
    order by version desc limit ${limit}`;
}

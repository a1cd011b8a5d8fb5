import type { Db, Tx } from "../storage/postgres.ts";

/** A file in pieces. `sizeBytes` is what was appended so far. */
export type Blob = {
  readonly id: string;
  readonly workspaceId: number;
  readonly purpose: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
};

/** A piece as it is kept: sealed. */
export type SealedPiece = { readonly fromByte: number; readonly sizeBytes: number; readonly payload: Uint8Array };

/** Makes an empty blob; answers its id. */
export async function insertBlob(tx: Tx, workspaceId: number, blob: { readonly purpose: string; readonly name: string }): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into blob (workspace_id, purpose, name) values (${workspaceId}, ${blob.purpose}, ${blob.name}) returning blob_id::text as id`;
  if (row === undefined) throw new Error("a blob was not made");
  return row.id;
}

/** One blob, or undefined. */
export async function findBlob(db: Db | Tx, workspaceId: number, id: string): Promise<Blob | undefined> {
  const [row] = await db<Blob[]>`
    select blob_id::text as id, workspace_id as "workspaceId", purpose, name, size_bytes::float8 as "sizeBytes", created_at as "createdAt"
    from blob where workspace_id = ${workspaceId} and blob_id = ${id}`;
  return row;
}

/** Moves the end of a blob from `atByte` on; false when it ends elsewhere, or is not there. */
export async function moveBlobEnd(
  tx: Tx,
  workspaceId: number,
  id: string,
  { atByte, sizeBytes }: { readonly atByte: number; readonly sizeBytes: number },
): Promise<boolean> {
  const moved = await tx`
    update blob set size_bytes = size_bytes + ${sizeBytes}, touched_at = now()
    where workspace_id = ${workspaceId} and blob_id = ${id} and size_bytes = ${atByte}`;
  return moved.count === 1;
}

/** Adds pieces. */
export async function insertPieces(tx: Tx, id: string, pieces: readonly SealedPiece[]): Promise<void> {
  for (const { fromByte, sizeBytes, payload } of pieces)
    await tx`insert into blob_piece (blob_id, from_byte, size_bytes, payload) values (${id}, ${fromByte}, ${sizeBytes}, ${payload as Buffer})`;
}

/** The piece that holds a byte, or undefined behind the end. */
export async function findPieceAt(db: Db, workspaceId: number, id: string, byte: number): Promise<SealedPiece | undefined> {
  const [row] = await db<SealedPiece[]>`
    select from_byte::float8 as "fromByte", p.size_bytes as "sizeBytes", payload from blob_piece p join blob b using (blob_id)
    where b.workspace_id = ${workspaceId} and blob_id = ${id} and from_byte <= ${byte} order by from_byte desc limit 1`;
  return row === undefined || row.fromByte + row.sizeBytes <= byte ? undefined : row;
}

/** Erases a blob; false when it is not there. */
export async function deleteBlob(tx: Tx, workspaceId: number, id: string): Promise<boolean> {
  const deleted = await tx`delete from blob where workspace_id = ${workspaceId} and blob_id = ${id}`;
  return deleted.count > 0;
}

/** Erases up to `limit` blobs of a purpose that nobody appended to since an instant; answers how many. */
export async function deleteUntouched(db: Db, purpose: string, untouchedSince: Date, limit: number): Promise<number> {
  /* all workspaces: clearing up is the same for each */
  const deleted = await db`
    delete from blob where blob_id in (select blob_id from blob where purpose = ${purpose} and touched_at < ${untouchedSince} order by touched_at limit ${limit})`;
  return deleted.count;
}

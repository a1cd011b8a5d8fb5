import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import type { PayloadCipher } from "../feed/feed-codec.ts";
import { inTransaction, type Db, type Tx } from "../storage/postgres.ts";
import { deleteBlob, deleteUntouched, findBlob, findPieceAt, insertBlob, insertPieces, moveBlobEnd, type Blob } from "./blob.store.ts";

export type { Blob };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Bytes of a piece before compression: what a reader holds in memory. */
const PIECE_BYTES = 1024 * 1024;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const SWEEP_AT_ONCE = 20;

/** A blob with the workspace it is in: every call names both. */
export type BlobRef = { readonly workspaceId: number; readonly id: string };

/** Large files in PostgreSQL: readable by every process, sealed at rest, erased with one statement. */
export type Blobs = {
  readonly create: (tx: Tx, workspaceId: number, blob: { readonly purpose: string; readonly name: string }) => Promise<string>;
  readonly find: (workspaceId: number, id: string) => Promise<Blob | undefined>;
  /** Compresses and seals bytes that are to be appended; outside the transaction, because it takes its time. */
  readonly seal: (bytes: Uint8Array) => Promise<SealedBytes>;
  /** Appends where the blob ends; false when it ends elsewhere (someone else appended, or this is a repeat). */
  readonly append: (tx: Tx, ref: BlobRef, atByte: number, bytes: SealedBytes) => Promise<boolean>;
  /** The bytes from `from` up to `to` (not included; default: the end), about a megabyte at a time. */
  readonly read: (ref: BlobRef, range?: { readonly from?: number; readonly to?: number }) => AsyncGenerator<Uint8Array>;
  readonly erase: (tx: Tx, ref: BlobRef) => Promise<boolean>;
  /** Erases the blobs of a purpose that nobody appended to since an instant. */
  readonly sweep: (purpose: string, untouchedSince: Date) => Promise<void>;
};

/** Bytes ready to be stored; `sizeBytes` counts them as they are read later. */
export type SealedBytes = {
  readonly sizeBytes: number;
  readonly pieces: readonly { readonly sizeBytes: number; readonly payload: Uint8Array }[];
};

/** Blobs under the installation's payload cipher. */
export function createBlobs(deps: { readonly db: Db; readonly cipher: PayloadCipher }): Blobs {
  const { db, cipher } = deps;
  return {
    create: insertBlob,
    find: (workspaceId, id) => findBlob(db, workspaceId, id),
    seal: async (bytes) => {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES);
        pieces.push({ sizeBytes: piece.length, payload: cipher.encryptPayload(await compress(piece, LEVEL)) });
      }
      return { sizeBytes: bytes.length, pieces };
    },
    append: async (tx, { workspaceId, id }, atByte, { sizeBytes, pieces }) => {
      if (!(await moveBlobEnd(tx, workspaceId, id, { atByte, sizeBytes }))) return false;
      let fromByte = atByte;
      for (const piece of pieces) {
        await insertPieces(tx, id, [{ ...piece, fromByte }]);
        fromByte += piece.sizeBytes;
      }
      return true;
    },
    read: (ref, range) => readBytes(deps, ref, range?.from ?? 0, range?.to ?? Infinity),
    erase: (tx, { workspaceId, id }) => deleteBlob(tx, workspaceId, id),
    sweep: async (purpose, untouchedSince) => {
      while ((await deleteUntouched(db, purpose, untouchedSince, SWEEP_AT_ONCE)) === SWEEP_AT_ONCE);
    },
  };
}

async function* readBytes(
  { db, cipher }: { readonly db: Db; readonly cipher: PayloadCipher },
  { workspaceId, id }: BlobRef,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to;) {
    const piece = await findPieceAt(db, workspaceId, id, at);
    if (piece === undefined) return;
    const bytes = await decompress(cipher.decryptPayload(piece.payload), { maxOutputLength: piece.sizeBytes });
    const end = piece.fromByte + piece.sizeBytes;
    yield bytes.subarray(at - piece.fromByte, Math.min(to, end) - piece.fromByte);
    at = end;
  }
}

/** Makes a blob of bytes that are at hand. */
export async function storeBlob(
  deps: { readonly db: Db; readonly blobs: Blobs },
  workspaceId: number,
  blob: { readonly purpose: string; readonly name: string; readonly bytes: Uint8Array },
): Promise<string> {
  const sealed = await deps.blobs.seal(blob.bytes);
  return inTransaction(deps.db, async (tx) => {
    const id = await deps.blobs.create(tx, workspaceId, blob);
    await deps.blobs.append(tx, { workspaceId, id }, 0, sealed);
    return id;
  });
}

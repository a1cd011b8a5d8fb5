import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { systemErrorCode } from "../../../platform/engines/start-fault.ts";
import { BackupRefused } from "./backup-fault.ts";
import { beginFile, openKey, readHeader, type BackupHeader } from "./backup-header.ts";
import { openFrames, sealFrames } from "./sealed-frames.ts";

/** The fastest level saves nearly as much as the next ones: the events' columns are sorted. */
const ZSTD_LEVEL = 1;
const PIECE_BYTES = 256 * 1024;

export type WriteOptions = {
  readonly path: string;
  readonly passphrase: string;
  readonly version: string;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly signal?: AbortSignal | undefined;
};

/** The name a file has until it is whole. */
export function partialName(path: string, randomBytes: (count: number) => Uint8Array): string {
  return `${path}.${Buffer.from(randomBytes(6)).toString("hex")}.partial`;
}

/**
 * Writes a backup: compressed, sealed, under another name until it is whole and on disk. Answers its size.
 * Throws `BackupRefused` file_exists and folder_unusable.
 */
export async function writeBackupFile(options: WriteOptions, content: AsyncIterable<Buffer>): Promise<number> {
  const { path, signal } = options;
  if (await exists(path)) throw new BackupRefused("backup.file_exists", `${path} exists already; name another file or remove it first.`);
  const partial = partialName(path, options.randomBytes);
  const file = await open(partial, "wx", 0o600).catch((error: unknown) => {
    throw unusable(path, error);
  });
  try {
    const began = await beginFile(options.passphrase, {
      made: new Date(options.nowMs()).toISOString(),
      version: options.version,
      randomBytes: options.randomBytes,
    });
    await file.writeFile(began.bytes);
    await pipeline(
      Readable.from(content, { objectMode: false, highWaterMark: 4 * PIECE_BYTES }),
      createZstdCompress({ chunkSize: PIECE_BYTES, params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
      // The compressor yields buffers.
      async (packed: AsyncIterable<Buffer>) => {
        for await (const frame of sealFrames(packed, began.key)) await file.writeFile(frame);
      },
      { signal },
    );
    await file.sync();
    const { size } = await file.stat();
    await file.close();
    await moveIntoPlace(partial, path);
    return size;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw systemErrorCode(error) === "ENOSPC" ? unusable(path, error) : error;
  }
}

async function moveIntoPlace(partial: string, path: string): Promise<void> {
  if (await exists(path)) throw new BackupRefused("backup.file_exists", `${path} was made meanwhile; name another file.`);
  await rename(partial, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (systemErrorCode(error) === "ENOENT") return false;
      throw unusable(path, error);
    },
  );
}

function unusable(path: string, error: unknown): BackupRefused {
  const why = error instanceof Error ? error.message : String(error);
  return new BackupRefused(
    "backup.folder_unusable",
    `${path} cannot be written: ${why}. Name a folder that exists, that this account may write, and that has room.`,
    error,
  );
}

/** An opened backup: its contents can be read as often as wished. */
export type BackupFile = {
  readonly header: BackupHeader;
  readonly bytes: number;
  /** Opens every part without unpacking it. Throws `BackupRefused` damaged and truncated. */
  readonly authenticate: (onBytes: (done: number) => void) => Promise<void>;
  readonly content: () => AsyncIterable<Buffer>;
  readonly close: () => Promise<void>;
};

/** Opens a backup with its passphrase. Throws `BackupRefused`: not_found, not_a_backup, newer_version, damaged, truncated, passphrase_wrong. */
export async function openBackupFile(path: string, passphrase: string): Promise<BackupFile> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw new BackupRefused(
      "backup.not_found",
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      error,
    );
  });
  try {
    const { size } = await file.stat();
    const reader = readerOf(file, 0);
    const header = await readHeader((bytes) => readWhole(reader, bytes));
    const key = await openKey(header, passphrase);
    const from = reader.position();
    return {
      header: header.header,
      bytes: size,
      authenticate: async (onBytes) => {
        const again = readerOf(file, from);
        for await (const frame of openFrames(again.read, key)) if (frame.length >= 0) onBytes(again.position());
      },
      content: () => unpack(openFrames(readerOf(file, from).read, key)),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* unpack(frames: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = createZstdDecompress({ chunkSize: PIECE_BYTES });
  const feeding = pipeline(Readable.from(frames, { objectMode: false }), unpacker).catch(() => undefined);
  // The unpacker's own failure is what the reader sees; the feeding ends with it.
  for await (const piece of unpacker) yield piece as Buffer;
  await feeding;
}

type Reader = { readonly read: (bytes: number) => Promise<Buffer>; readonly position: () => number };

/** Reads on from a place in the file; fewer bytes than asked for only at its end. */
function readerOf(file: FileHandle, from: number): Reader {
  let at = from;
  return {
    position: () => at,
    read: async (bytes) => {
      const target = Buffer.allocUnsafe(bytes);
      let filled = 0;
      while (filled < bytes) {
        const { bytesRead } = await file.read(target, filled, bytes - filled, at);
        if (bytesRead === 0) break;
        filled += bytesRead;
        at += bytesRead;
      }
      return target.subarray(0, filled);
    },
  };
}

async function readWhole(reader: Reader, bytes: number): Promise<Buffer> {
  const found = await reader.read(bytes);
  if (found.length === bytes) return found;
  if (reader.position() < 15) throw new BackupRefused("backup.not_a_backup", "This file is not a backup of Terrace; it is too short.");
  throw new BackupRefused("backup.truncated", "The backup ends too early; use another copy of the file.");
}

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** The bytes of a file, wherever it lies; readable from any place. */
export type ByteSource = {
  readonly name: string;
  readonly sizeBytes: number;
  /** From `from` up to `to` (not included; default: the end), in pieces. */
  readonly read: (range?: { readonly from?: number; readonly to?: number }) => AsyncIterable<Uint8Array>;
};

/** The file cannot be read as what it should be; the message says why and how to mend it, in English. */
export class FileUnreadable extends Error {
  /** For screens that say it in another language. */
  readonly reason: UnreadableReason;
  constructor(message: string, reason: UnreadableReason = "damaged") {
    super(message);
    this.reason = reason;
  }
}

export type UnreadableReason =
  "old_excel" | "web_page" | "pdf" | "not_a_table" | "json_list" | "empty" | "damaged" | "encoding" | "too_large" | "swells" | "other";

const GZIP_PIECE_BYTES = 64 * 1024;
/** Tables come out of gzip five to fifty times as large. What swells far more, and to more than this, is made to fill a machine. */
const SWOLLEN_BYTES = 256 * 1024 * 1024;
const SWELLS_TIMES_MAX = 300;

/** A file of this machine. Throws `FileUnreadable`. */
export async function openFile(path: string, signal?: AbortSignal): Promise<ByteSource> {
  const info = await stat(path).catch((error: unknown) => {
    throw new FileUnreadable(`The file cannot be opened: ${reasonOf(error)}`);
  });
  if (!info.isFile()) throw new FileUnreadable("This is not a file", "other");
  return {
    name: path,
    sizeBytes: info.size,
    read: ({ from = 0, to = Infinity } = {}) =>
      // Byte streams without an encoding give buffers. `end` is inclusive here.
      createReadStream(path, { start: from, end: to - 1, ...(signal === undefined ? {} : { signal }) }) as AsyncIterable<Buffer>,
  };
}

/** All bytes of a range. */
export async function readRange(source: ByteSource, from: number, to: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.read({ from, to })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Whether the bytes begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The content of a file: unpacked when it is gzip. Throws `FileUnreadable` when that fails. */
export async function* unpacked(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (!isGzip(await readRange(source, 0, 2))) {
    yield* source.read();
    return;
  }
  const packed = Readable.from(source.read(), { objectMode: false });
  const gunzip = createGunzip({ chunkSize: GZIP_PIECE_BYTES });
  packed.once("error", (error) => gunzip.destroy(error));
  try {
    // Without an encoding the stream gives buffers.
    yield* refuseSwelling(packed.pipe(gunzip) as AsyncIterable<Buffer>, source.sizeBytes);
  } catch (error) {
    if (error instanceof FileUnreadable || (error instanceof Error && error.name === "AbortError")) throw error;
    throw new FileUnreadable(`The file cannot be unpacked: ${reasonOf(error)}`);
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

async function* refuseSwelling(pieces: AsyncIterable<Uint8Array>, packedBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > SWOLLEN_BYTES && size > packedBytes * SWELLS_TIMES_MAX)
      throw new FileUnreadable(
        `The file unpacks to more than ${SWELLS_TIMES_MAX} times its size. Unpack it and upload what it holds`,
        "swells",
      );
    yield piece;
  }
}

/** What an unknown error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

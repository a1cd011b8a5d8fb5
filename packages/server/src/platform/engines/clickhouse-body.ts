import { open, type FileHandle } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { ClickHouseError } from "./clickhouse-error.ts";

const TOO_MANY_BYTES = 307;
const UNKNOWN_COMPRESSION_METHOD = 89;
/** Decoders work in pieces of this size, and files are written in such. */
const PIECE_BYTES = 128 * 1024;
const WRITE_BYTES = 1024 * 1024;

/** The request's body, decompressed as its headers say and cut off with an error beyond `bytesMax`. */
async function* readBody(request: IncomingMessage, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  // A stream of a request yields buffers as long as it has no encoding.
  for await (const chunk of decode(request) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ClickHouseError(TOO_MANY_BYTES, "TOO_MANY_BYTES", `The request body is larger than ${bytesMax} bytes`);
    yield chunk;
  }
}

function decode(request: IncomingMessage): Readable {
  const decoder = createDecoder(request.headers["content-encoding"]);
  if (decoder === undefined) return request;
  // A failure on either side ends the decoder with it, which is where it is read.
  return pipeline(request, decoder, () => undefined);
}

function createDecoder(encoding: string | undefined): Transform | undefined {
  switch (encoding ?? "identity") {
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return createGunzip({ chunkSize: PIECE_BYTES });
    case "deflate":
      return createInflate({ chunkSize: PIECE_BYTES });
    case "br":
      return createBrotliDecompress({ chunkSize: PIECE_BYTES });
    case "zstd":
      return createZstdDecompress({ chunkSize: PIECE_BYTES });
    default:
      throw new ClickHouseError(
        UNKNOWN_COMPRESSION_METHOD,
        "UNKNOWN_COMPRESSION_METHOD",
        `Unknown Content-Encoding ${JSON.stringify(encoding)}`,
      );
  }
}

/** Reads a body that is SQL text or a small form. Rejects with a ClickHouseError beyond `bytesMax`. */
export async function readText(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBody(request, bytesMax)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Writes `head` and the body to a new file and returns the number of bytes. The file is temporary: it is not synced. */
export async function spoolBody(
  request: IncomingMessage,
  file: Readonly<{ path: string; head: string; bytesMax: number }>,
): Promise<number> {
  const out = await open(file.path, "wx", 0o600);
  try {
    let written = 0;
    let pieces: Buffer[] = [Buffer.from(file.head)];
    let bytes = Buffer.byteLength(file.head);
    for await (const chunk of readBody(request, file.bytesMax)) {
      pieces.push(chunk);
      bytes += chunk.length;
      if (bytes < WRITE_BYTES) continue;
      written += await writePieces(out, pieces);
      pieces = [];
      bytes = 0;
    }
    return written + (await writePieces(out, pieces));
  } finally {
    await out.close();
  }
}

/** In one call as a rule, without copying the pieces together; the system may take only the first part of them. */
async function writePieces(out: FileHandle, pieces: readonly Buffer[]): Promise<number> {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (bytes === 0) return 0;
  const { bytesWritten } = await out.writev(pieces);
  if (bytesWritten < bytes) await out.appendFile(Buffer.concat(pieces).subarray(bytesWritten));
  return bytes;
}

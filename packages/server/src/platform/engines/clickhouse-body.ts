import { createWriteStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import { PassThrough, Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { ClickHouseError } from "./clickhouse-error.ts";

const TOO_MANY_BYTES = 307;
const UNKNOWN_COMPRESSION_METHOD = 89;

/** The request's body, decompressed as its headers say and cut off with an error beyond `bytesMax`. */
function openBody(request: IncomingMessage, bytesMax: number): readonly (Readable | Transform)[] {
  return [request, createDecoder(request.headers["content-encoding"]), createLimit(bytesMax)];
}

function createDecoder(encoding: string | undefined): Transform {
  switch (encoding ?? "identity") {
    case "identity":
      return new PassThrough();
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    default:
      throw new ClickHouseError(UNKNOWN_COMPRESSION_METHOD, "UNKNOWN_COMPRESSION_METHOD", `Unknown Content-Encoding ${JSON.stringify(encoding)}`);
  }
}

function createLimit(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > bytesMax) done(new ClickHouseError(TOO_MANY_BYTES, "TOO_MANY_BYTES", `The request body is larger than ${bytesMax} bytes`));
      else done(null, chunk);
    },
  });
}

/** Reads a body that is SQL text or a small form. Rejects with a ClickHouseError beyond `bytesMax`. */
export async function readText(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  await pipeline([...openBody(request, bytesMax), collectInto(chunks)]);
  return Buffer.concat(chunks).toString("utf8");
}

function collectInto(chunks: Buffer[]): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  }).resume();
}

/** Writes `head` and the body to a new file and returns the number of bytes. The file is temporary: it is not synced. */
export async function spoolBody(request: IncomingMessage, file: Readonly<{ path: string; head: string; bytesMax: number }>): Promise<number> {
  const out = createWriteStream(file.path, { flags: "wx", mode: 0o600 });
  if (file.head !== "") out.write(file.head);
  await pipeline([...openBody(request, file.bytesMax), out]);
  return out.bytesWritten;
}

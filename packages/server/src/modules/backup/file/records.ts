import { createHash } from "node:crypto";
import { BackupRefused } from "./backup-fault.ts";

const LENGTH_BYTES = 4;
const HEADER_BYTES_MAX = 64 * 1024 * 1024;
const CHUNK_BYTES_MIN = 64 * 1024;

/** A named part of a backup: a header, and bytes that follow in chunks. */
export type WrittenRecord = { readonly header: object; readonly body: AsyncIterable<Buffer> };
export type ReadRecord = { readonly header: unknown; readonly body: AsyncIterable<Buffer> };

/** The bytes and the digest of a body, told once it was written or read to its end. */
export type BodySum = { readonly bytes: number; readonly sha256: string };

/** Renders one record; `summed` is told what the body came to. */
export async function* renderRecord({ header, body }: WrittenRecord, summed: (sum: BodySum) => void): AsyncGenerator<Buffer> {
  const text = Buffer.from(JSON.stringify(header));
  yield lengthOf(text.length);
  yield text;
  const digest = createHash("sha256");
  let bytes = 0;
  for await (const chunk of coalesce(body)) {
    digest.update(chunk);
    bytes += chunk.length;
    yield lengthOf(chunk.length);
    yield chunk;
  }
  yield lengthOf(0);
  summed({ bytes, sha256: digest.digest("hex") });
}

/** Small pieces together, because each costs its way through the compressor. */
async function* coalesce(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < CHUNK_BYTES_MIN) continue;
    yield held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes);
  return length;
}

/** Reads records one after the other. A body is read to its end or not at all; then it is stepped over when the next record is asked for. */
export async function* readRecords(source: AsyncIterable<Buffer>): AsyncGenerator<ReadRecord> {
  const bytes = new ByteReader(source);
  for (;;) {
    const length = await bytes.take(LENGTH_BYTES);
    if (length.length === 0) return;
    const size = whole(length, LENGTH_BYTES).readUInt32BE();
    if (size > HEADER_BYTES_MAX) throw malformed();
    const header: unknown = JSON.parse(whole(await bytes.take(size), size).toString("utf8"));
    const body = readBody(bytes);
    yield { header, body };
    for await (const rest of body) void rest;
  }
}

async function* readBody(bytes: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const size = whole(await bytes.take(LENGTH_BYTES), LENGTH_BYTES).readUInt32BE();
    if (size === 0) return;
    yield whole(await bytes.take(size), size);
  }
}

function whole(bytes: Buffer, size: number): Buffer {
  if (bytes.length !== size) throw malformed();
  return bytes;
}

function malformed(): BackupRefused {
  return new BackupRefused("backup.damaged", "The contents of the backup do not hold together; use another copy of the file.");
}

/** Takes so many bytes at a time from a stream of chunks. */
class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer[] = [];
  #bytes = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `count` bytes; fewer only at the end of the stream. */
  async take(count: number): Promise<Buffer> {
    while (this.#bytes < count) {
      const next = await this.#source.next();
      if (next.done === true) break;
      this.#held.push(next.value);
      this.#bytes += next.value.length;
    }
    const all = this.#held.length === 1 && this.#held[0] !== undefined ? this.#held[0] : Buffer.concat(this.#held);
    const taken = all.subarray(0, count);
    const rest = all.subarray(taken.length);
    this.#held = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    return taken;
  }
}

import { brokenReason } from "@terrace/domain/imports/broken-row";
import type { Mapping } from "@terrace/domain/imports/mapping";
import { columnsOf } from "@terrace/domain/imports/mapping";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { csvRecords, jsonRecords, type RecordReader } from "./csv-rows.ts";

/** Rows of a file in order; row 1 is the first after the header. */
export type FileChunk = {
  readonly header: readonly string[];
  readonly fromRow: number;
  readonly rows: readonly (readonly string[])[];
  readonly last: boolean;
};

/** The file cannot be read as what it should be; the message says why, in English. */
export class FileUnreadable extends Error {}

const GZIP_PIECE_BYTES = 64 * 1024;
const NEWLINE = 10;

/** SHA-256 of the unpacked content (the same file packed again is the same file), and how many lines it has. */
export async function fingerprint(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly hash: string; readonly lines: number; readonly bytes: number }> {
  const hash = createHash("sha256");
  let lines = 0;
  let bytes = 0;
  for await (const piece of unpacked(path, signal)) {
    hash.update(piece);
    bytes += piece.length;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  return { hash: hash.digest("hex"), lines, bytes };
}

/** Reads the file in chunks of `rowsMax` rows and about `bytesMax` bytes, beginning with row `fromRow`; only as fast as they are taken. Throws `FileUnreadable`. */
export async function* readChunks(
  path: string,
  mapping: Mapping,
  options: { readonly rowsMax: number; readonly bytesMax: number; readonly fromRow: number; readonly signal?: AbortSignal },
): AsyncGenerator<FileChunk> {
  const format = formatOf(path, mapping);
  const reader = format === "jsonl" ? jsonRecords([...columnsOf(mapping).keys()]) : csvRecords(mapping.file.delimiter);
  let header = format === "jsonl" ? [...columnsOf(mapping).keys()] : mapping.file.columns;
  let row = 0;
  let waiting: (readonly string[])[] = [];
  let size = 0;
  for await (const records of recordsOf(path, mapping.file.encoding, reader, options.signal)) {
    for (const record of records) {
      if (header === undefined) {
        const broken = brokenReason(record);
        if (broken !== undefined) throw new FileUnreadable(`The header cannot be read. ${broken}`);
        header = record.map((name) => name.trim());
        continue;
      }
      row += 1;
      if (row < options.fromRow) continue;
      waiting.push(record);
      size += lengthOf(record);
      if (waiting.length < options.rowsMax && size < options.bytesMax) continue;
      yield { header, fromRow: row - waiting.length + 1, rows: waiting, last: false };
      waiting = [];
      size = 0;
    }
  }
  if (header === undefined) throw new FileUnreadable("The file is empty");
  yield { header, fromRow: Math.max(row - waiting.length + 1, options.fromRow), rows: waiting, last: true };
}

function lengthOf(record: readonly string[]): number {
  let length = 0;
  for (const cell of record) length += cell.length + 3;
  return length;
}

function formatOf(path: string, mapping: Mapping): "csv" | "jsonl" {
  if (mapping.file.format !== "auto") return mapping.file.format;
  const name = path.toLowerCase().replace(/\.gz$/, "");
  if (/\.(jsonl|ndjson)$/.test(name)) return "jsonl";
  if (/\.(csv|tsv|txt)$/.test(name)) return "csv";
  throw new FileUnreadable("The name does not tell CSV from JSONL; say file.format in the mapping");
}

async function* recordsOf(
  path: string,
  encoding: Mapping["file"]["encoding"],
  reader: RecordReader,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly (readonly string[])[]> {
  // A byte order mark is taken off by the decoder.
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (piece: Uint8Array | undefined): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new FileUnreadable(
        `The file is not ${encoding}. If it comes from a spreadsheet in Chinese, set file.encoding to gb18030 in the mapping`,
      );
    }
  };
  for await (const piece of unpacked(path, signal)) yield reader.write(decode(piece));
  yield reader.write(decode(undefined));
  yield reader.end();
}

/** The bytes of a file, unpacked when it is gzip. */
async function* unpacked(path: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const info = await stat(path).catch((error: unknown) => {
    throw new FileUnreadable(`The file cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!info.isFile()) throw new FileUnreadable("This is not a file");
  const source = createReadStream(path, signal === undefined ? {} : { signal });
  if (!path.toLowerCase().endsWith(".gz")) {
    yield* buffers(source);
    return;
  }
  const gunzip = createGunzip({ chunkSize: GZIP_PIECE_BYTES });
  const done = pipeline(source, gunzip).catch((error: unknown) => {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    yield* buffers(gunzip);
  } catch (error) {
    signal?.throwIfAborted();
    throw new FileUnreadable(`The file cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    source.destroy();
    await done;
  }
}

async function* buffers(stream: Readable): AsyncGenerator<Buffer> {
  // Byte streams without an encoding give buffers.
  for await (const piece of stream) yield piece as Buffer;
}

import { columnsOf, type Mapping } from "@terrace/domain/imports/mapping";
import { createHash } from "node:crypto";
import { unpacked, type ByteSource } from "./readers/byte-source.ts";
import { openTable } from "./readers/open-table.ts";

/** Rows of a file in order; row 1 is the first after the header. */
export type FileChunk = {
  readonly header: readonly string[];
  readonly fromRow: number;
  readonly rows: readonly (readonly string[])[];
  readonly last: boolean;
};

const NEWLINE = 10;

/** What a file is known by: the SHA-256 of its unpacked content (the same file packed again is the same file), how many lines it has, and its bytes as they lie. */
export type Fingerprint = { readonly hash: string; readonly lines: number; readonly bytes: number };

/** Reads a whole file once. The sheet of a workbook is a file of its own. */
export async function fingerprint(source: ByteSource, sheet?: string): Promise<Fingerprint> {
  const hash = createHash("sha256");
  let lines = 0;
  for await (const piece of unpacked(source)) {
    hash.update(piece);
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  }
  if (sheet !== undefined) hash.update(`\n${sheet}`);
  return { hash: hash.digest("hex"), lines, bytes: source.sizeBytes };
}

/** Reads the file in chunks of `rowsMax` rows and about `bytesMax` bytes, beginning with row `fromRow`; only as fast as they are taken. Throws `FileUnreadable`. */
export async function* readChunks(
  source: ByteSource,
  mapping: Mapping,
  options: { readonly rowsMax: number; readonly bytesMax: number; readonly fromRow: number },
): AsyncGenerator<FileChunk> {
  const table = await openTable(source, mapping.file, [...columnsOf(mapping).keys()]);
  const header = table.columns;
  let row = options.fromRow - 1;
  let waiting: (readonly string[])[] = [];
  let size = 0;
  for await (const batch of table.rows(options.fromRow)) {
    for (const record of batch) {
      row += 1;
      waiting.push(record);
      size += lengthOf(record);
      if (waiting.length < options.rowsMax && size < options.bytesMax) continue;
      yield { header, fromRow: row - waiting.length + 1, rows: waiting, last: false };
      waiting = [];
      size = 0;
    }
  }
  yield { header, fromRow: row - waiting.length + 1, rows: waiting, last: true };
}

function lengthOf(record: readonly string[]): number {
  let length = 0;
  for (const cell of record) length += cell.length + 3;
  return length;
}

import { parquetMetadataAsync, parquetRead, parquetSchema, type AsyncBuffer, type FileMetaData, type SchemaTree } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { FileUnreadable, readRange, reasonOf, type ByteSource } from "./byte-source.ts";
import type { RecordBatches } from "./records.ts";

/** A row group is decoded as a whole; a larger one would not leave room for anything else. */
const ROW_GROUP_BYTES_MAX = 512 * 1024 * 1024;
const ROWS_PER_BATCH = 2_000;
const DAY_LENGTH = 10;

/** A Parquet file: its columns, and its rows from any row on. */
export type ParquetTable = {
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly records: (fromRow: number) => RecordBatches;
};

/** Opens a Parquet file; row groups are read one by one. Throws `FileUnreadable`. */
export async function openParquet(source: ByteSource): Promise<ParquetTable> {
  const file: AsyncBuffer = {
    byteLength: source.sizeBytes,
    slice: async (from, to) => {
      const end = to ?? source.sizeBytes;
      const bytes = await readRange(source, from < 0 ? source.sizeBytes + from : from, end);
      // The reader wants a buffer of its own, not a view into another.
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  const metadata = await readable(parquetMetadataAsync(file));
  const fields = parquetSchema(metadata).children;
  const columns = fields.map(({ element }) => element.name);
  return {
    columns,
    rowCount: Number(metadata.num_rows),
    records: (fromRow) => rowsOf({ file, metadata, columns, print: fields.map(printerOf) }, fromRow),
  };
}

type Opened = {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly string[];
  readonly print: readonly ((value: unknown) => string)[];
};

async function* rowsOf({ file, metadata, columns, print }: Opened, fromRow: number): RecordBatches {
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = groupStart + Number(group.num_rows);
    const rowStart = Math.max(groupStart, fromRow);
    groupStart = rowEnd;
    if (rowStart >= rowEnd) continue;
    if (Number(group.total_byte_size) > ROW_GROUP_BYTES_MAX)
      throw new FileUnreadable(
        `A row group of the file is larger than ${ROW_GROUP_BYTES_MAX / 1024 / 1024} MB. Write it with smaller row groups`,
        "too_large",
      );
    let rows: readonly (readonly unknown[])[] = [];
    await readable(
      parquetRead({
        file,
        metadata,
        compressors,
        columns: [...columns],
        rowStart,
        rowEnd,
        // The library says `any`; what a cell is, is looked at one by one.
        onComplete: (read: readonly (readonly unknown[])[]) => {
          rows = read;
        },
      }),
    );
    for (let at = 0; at < rows.length; at += ROWS_PER_BATCH)
      yield rows.slice(at, at + ROWS_PER_BATCH).map((row) => print.map((cell, index) => cell(row[index])));
  }
}

function printerOf({ element }: SchemaTree): (value: unknown) => string {
  const { scale } = element;
  if (element.converted_type === "DECIMAL" && scale !== undefined)
    return (value) => (typeof value === "number" ? String(Number(value.toFixed(scale))) : textOf(value));
  if (element.converted_type === "DATE" || element.logical_type?.type === "DATE")
    return (value) => (value instanceof Date ? value.toISOString().slice(0, DAY_LENGTH) : textOf(value));
  const isLocal = element.logical_type?.type === "TIMESTAMP" && !element.logical_type.isAdjustedToUTC;
  return (value) => (isLocal && value instanceof Date ? value.toISOString().replace("Z", "") : textOf(value));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}

async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FileUnreadable) throw error;
    throw new FileUnreadable(`The Parquet file cannot be read: ${reasonOf(error)}`);
  }
}

import type { Json, JsonObject } from "@terrace/domain/json";
import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from "hyparquet-writer";
import { cellOf, type Column, type ColumnType } from "../export-source.ts";
import type { RecordWriter } from "./record-writer.ts";

/** Rows kept in memory until they are written as one group. */
export const GROUP_ROWS = 10_000;

const TYPES: Readonly<Record<ColumnType, BasicType>> = { text: "STRING", number: "DOUBLE", boolean: "BOOLEAN", time: "TIMESTAMP" };

/** Parquet with Snappy, one row group at a time; every column may be null. */
export function parquetWriter(columns: readonly Column[]): RecordWriter {
  const { parquet, bytes } = openParquet(columns);
  let waiting: JsonObject[] = [];
  const writeGroup = (): readonly Uint8Array[] => {
    writeRows(parquet, columns, waiting);
    waiting = [];
    return bytes.take();
  };
  return {
    write: (records) => {
      waiting.push(...records);
      return waiting.length >= GROUP_ROWS ? writeGroup() : [];
    },
    end: () => {
      const last = writeGroup();
      void parquet.finish();
      return [...last, ...bytes.take()];
    },
  };
}

/** A row group made on its own: places in it count from the beginning of a file that holds nothing else. */
export type ParquetGroup = Pick<ParquetWriter, "row_groups" | "pendingIndexes"> & { readonly bytes: Uint8Array<ArrayBuffer> };

/** One group of records, at most `GROUP_ROWS`, for `parquetFile`. */
export function parquetGroup(columns: readonly Column[], records: readonly JsonObject[]): ParquetGroup {
  const { parquet, bytes } = openParquet(columns);
  bytes.take();
  writeRows(parquet, columns, records);
  return { row_groups: parquet.row_groups, pendingIndexes: parquet.pendingIndexes, bytes: bytes.takeAll() };
}

/** A file of groups that were made elsewhere, each given in its turn. */
export function parquetFile(columns: readonly Column[]): {
  readonly start: () => readonly Uint8Array[];
  readonly add: (group: ParquetGroup) => readonly Uint8Array[];
  readonly end: () => readonly Uint8Array[];
} {
  const { parquet, bytes } = openParquet(columns);
  const groupsBeginAt = bytes.offset;
  return {
    start: () => bytes.take(),
    add: ({ row_groups: groups, pendingIndexes, bytes: made }) => {
      movePlaces({ row_groups: groups, pendingIndexes }, BigInt(bytes.offset - groupsBeginAt));
      parquet.row_groups.push(...groups);
      parquet.pendingIndexes.push(...pendingIndexes);
      for (const { num_rows: rows } of groups) parquet.num_rows += rows;
      bytes.offset += made.length;
      return [made];
    },
    end: () => {
      void parquet.finish();
      return bytes.take();
    },
  };
}

/** Both lists speak of the same chunks. A copy from another thread keeps that, being made in one piece. */
function movePlaces({ row_groups: groups, pendingIndexes }: Pick<ParquetGroup, "row_groups" | "pendingIndexes">, by: bigint): void {
  for (const chunk of groups.flatMap(({ columns }) => columns)) {
    chunk.file_offset += by;
    if (chunk.meta_data === undefined) continue;
    chunk.meta_data.data_page_offset += by;
    if (chunk.meta_data.dictionary_page_offset !== undefined) chunk.meta_data.dictionary_page_offset += by;
  }
  for (const { offsetIndex } of pendingIndexes) for (const place of offsetIndex?.page_locations ?? []) place.offset += by;
}

function openParquet(columns: readonly Column[]): { readonly parquet: ParquetWriter; readonly bytes: TakenBytes } {
  const bytes = new TakenBytes();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columns.map(({ name, type }) => ({ name, type: TYPES[type], nullable: true, data: [] })) }),
    createdBy: "Terrace",
  });
  return { parquet, bytes };
}

function writeRows(parquet: ParquetWriter, columns: readonly Column[], records: readonly JsonObject[]): void {
  if (records.length === 0) return;
  // At once: only a writer that flushes by itself makes it wait.
  void parquet.write({
    columnData: columns.map((column) => ({ name: column.name, data: records.map((record) => valueOf(column, record)) })),
    rowGroupSize: records.length,
  });
}

/** The library counts places in the file by `offset` and may write over nothing, so what is written can be taken away at any time. */
class TakenBytes extends ByteWriter {
  take(): readonly Uint8Array[] {
    return this.index === 0 ? [] : [this.takeAll()];
  }

  takeAll(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.buffer.slice(0, this.index));
    this.index = 0;
    return taken;
  }

  override finish(): void {
    // What is left is taken with `take`.
  }
}

function valueOf({ type, read }: Column, record: JsonObject): string | number | boolean | Date | null {
  const value: Json | undefined = read(record);
  if (value === undefined || value === null) return null;
  switch (type) {
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "time": {
      const time = typeof value === "string" ? new Date(value) : undefined;
      return time === undefined || Number.isNaN(time.getTime()) ? null : time;
    }
    case "text":
      return String(cellOf(value));
    default:
      return type satisfies never;
  }
}

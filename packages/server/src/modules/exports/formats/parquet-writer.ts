import type { Json, JsonObject } from "@terrace/domain/json";
import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from "hyparquet-writer";
import { cellOf, type Column, type ColumnType } from "../export-source.ts";
import type { RecordWriter } from "./record-writer.ts";

/** Rows kept in memory until they are written as one group. */
const GROUP_ROWS = 10_000;

const TYPES: Readonly<Record<ColumnType, BasicType>> = { text: "STRING", number: "DOUBLE", boolean: "BOOLEAN", time: "TIMESTAMP" };

/** Parquet with Snappy, one row group at a time; every column may be null. */
export function parquetWriter(columns: readonly Column[]): RecordWriter {
  const bytes = new TakenBytes();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columns.map(({ name, type }) => ({ name, type: TYPES[type], nullable: true, data: [] })) }),
    createdBy: "Terrace",
  });
  let waiting: JsonObject[] = [];
  const writeGroup = (): readonly Uint8Array[] => {
    if (waiting.length > 0)
      // At once: only a writer that flushes by itself makes it wait.
      void parquet.write({
        columnData: columns.map((column) => ({ name: column.name, data: waiting.map((record) => valueOf(column, record)) })),
        rowGroupSize: waiting.length,
      });
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

/** The library counts places in the file by `offset` and may write over nothing, so what is written can be taken away at any time. */
class TakenBytes extends ByteWriter {
  take(): readonly Uint8Array[] {
    if (this.index === 0) return [];
    const taken = new Uint8Array(this.buffer.slice(0, this.index));
    this.index = 0;
    return [taken];
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

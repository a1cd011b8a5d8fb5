import type { JsonObject } from "@terrace/domain/json";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Column, ExportSource, FileAsked, Progress, RecordSource } from "./export-source.ts";
import { csvWriter } from "./formats/csv-writer.ts";
import { jsonlWriter } from "./formats/jsonl-writer.ts";
import { parquetWriter } from "./formats/parquet-writer.ts";
import type { RecordWriter } from "./formats/record-writer.ts";

type FileParts = Pick<FileAsked, "format" | "columns"> & {
  readonly records: AsyncIterable<readonly JsonObject[]>;
  readonly source: Pick<RecordSource, "column" | "defaultColumns">;
};

/** Records looked at to choose columns; they are kept in memory until then. */
const SAMPLE_RECORDS = 1_000;

/** Records as something to export: their files are made here, one batch after another. */
export function recordSource(source: RecordSource): ExportSource {
  return {
    ...source,
    hasColumn: (name) => source.column(name) !== undefined,
    file: (asked, progress) => exportBytes({ records: source.read(asked), source, format: asked.format, columns: asked.columns }, progress),
  };
}

/** What went wrong is thrown to the reader and noted in `progress`. */
async function* exportBytes(parts: FileParts, progress: Progress): AsyncGenerator<Uint8Array> {
  try {
    let writer: RecordWriter | undefined;
    let sample: JsonObject[] = [];
    const pass = function* (pieces: readonly Uint8Array[]): Generator<Uint8Array> {
      for (const piece of pieces) {
        progress.bytes += piece.length;
        yield piece;
      }
    };
    for await (const records of readAhead(parts.records)) {
      progress.rows += records.length;
      if (writer === undefined) {
        sample.push(...records);
        if (sample.length < SAMPLE_RECORDS && needsSample(parts)) continue;
        writer = writerOf(parts, sample);
        yield* pass(writer.write(sample));
        sample = [];
      } else yield* pass(writer.write(records));
      // Other requests come in between.
      await nextTurn();
    }
    if (writer === undefined) {
      writer = writerOf(parts, sample);
      yield* pass(writer.write(sample));
    }
    yield* pass(writer.end());
    progress.isWhole = true;
  } catch (error) {
    progress.failure = error;
    throw error;
  }
}

/** Asks for the next batch before it hands out the one it has, so that the engines work while bytes are made. */
async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const batches = source[Symbol.asyncIterator]();
  let next = batches.next();
  try {
    for (;;) {
      const batch = await next;
      if (batch.done === true) return;
      next = batches.next();
      // Awaited above; until then a failure must not count as unhandled.
      next.catch(() => undefined);
      yield batch.value;
    }
  } finally {
    // A source that is still at work ends once it is done with that.
    await batches.return?.();
  }
}

function needsSample({ format, columns }: FileParts): boolean {
  return format !== "jsonl" && columns.length === 0;
}

function writerOf({ format, columns, source }: FileParts, sample: readonly JsonObject[]): RecordWriter {
  if (format === "jsonl") return jsonlWriter();
  const chosen: readonly Column[] =
    columns.length === 0 ? source.defaultColumns(sample) : columns.flatMap((name) => source.column(name) ?? []);
  return format === "csv" ? csvWriter(chosen) : parquetWriter(chosen);
}

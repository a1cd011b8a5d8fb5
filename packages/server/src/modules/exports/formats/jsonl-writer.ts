import type { JsonObject } from "@terrace/domain/json";
import type { RecordWriter } from "./record-writer.ts";

/** One line for each record. */
export function jsonLines(records: readonly JsonObject[]): string {
  let text = "";
  for (const record of records) text += `${JSON.stringify(record)}\n`;
  return text;
}

/** One JSON object per line, whole. */
export function jsonlWriter(): RecordWriter {
  return {
    write: (records) => (records.length === 0 ? [] : [Buffer.from(jsonLines(records))]),
    end: () => [],
  };
}

import { BYTE_ORDER_MARK, csvLine } from "@terrace/domain/exports/csv-line";
import type { JsonObject } from "@terrace/domain/json";
import { cellOf, type Column } from "../export-source.ts";
import type { RecordWriter } from "./record-writer.ts";

/** What stands before the first line. */
export function csvHead(columns: readonly Column[]): string {
  return BYTE_ORDER_MARK + csvLine(columns.map(({ name }) => name));
}

/** One line for each record. */
export function csvLines(columns: readonly Column[], records: readonly JsonObject[]): string {
  let text = "";
  for (const record of records) text += csvLine(columns.map(({ read }) => cellOf(read(record))));
  return text;
}

/** CSV for spreadsheets: UTF-8 with byte order mark, and no cell is a formula. */
export function csvWriter(columns: readonly Column[]): RecordWriter {
  let head = csvHead(columns);
  const take = (text: string): readonly Uint8Array[] => {
    const whole = head + text;
    head = "";
    return whole === "" ? [] : [Buffer.from(whole)];
  };
  return { write: (records) => take(csvLines(columns, records)), end: () => take("") };
}

import { BYTE_ORDER_MARK, csvLine } from "@terrace/domain/exports/csv-line";
import { cellOf, type Column } from "../export-source.ts";
import type { RecordWriter } from "./record-writer.ts";

/** CSV for spreadsheets: UTF-8 with byte order mark, and no cell is a formula. */
export function csvWriter(columns: readonly Column[]): RecordWriter {
  let head = BYTE_ORDER_MARK + csvLine(columns.map(({ name }) => name));
  const take = (text: string): readonly Uint8Array[] => {
    const whole = head + text;
    head = "";
    return whole === "" ? [] : [Buffer.from(whole)];
  };
  return {
    write: (records) => {
      let text = "";
      for (const record of records) text += csvLine(columns.map(({ read }) => cellOf(read(record))));
      return take(text);
    },
    end: () => take(""),
  };
}

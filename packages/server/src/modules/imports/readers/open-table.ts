import { brokenReason } from "@terrace/domain/imports/broken-row";
import { nameColumns } from "@terrace/domain/imports/column-names";
import type { FileRule } from "@terrace/domain/imports/mapping";
import { FileUnreadable, type ByteSource } from "./byte-source.ts";
import { csvRecords, jsonRecords } from "./csv-rows.ts";
import { detectFile, type DetectedFile } from "./detect-file.ts";
import { openParquet } from "./parquet-table.ts";
import type { RecordBatches } from "./records.ts";
import { textRecords } from "./text-records.ts";
import { xlsxRecords } from "./xlsx-table.ts";

/** A file as a table: rows of text under named columns, whatever format it has. */
export type Table = DetectedFile & {
  readonly columns: readonly string[];
  /** The rows in file order from row `fromRow` on (1 = the first after the header), each with its cells in the order of the columns. */
  readonly rows: (fromRow: number) => RecordBatches;
};

/**
 * Opens a file by what it is; the rule overrides what was detected. `wanted` are the columns asked for: of JSON lines only those are read.
 * Throws `FileUnreadable`.
 */
export async function openTable(source: ByteSource, rule: FileRule, wanted: readonly string[]): Promise<Table> {
  const found = await detectFile(source);
  const detected: DetectedFile = {
    format: rule.format ?? found.format,
    encoding: rule.encoding ?? found.encoding,
    delimiter: rule.delimiter ?? found.delimiter,
  };
  if ((detected.format === "xlsx" || detected.format === "parquet") && found.format !== detected.format)
    throw new FileUnreadable(`The file is not ${detected.format === "xlsx" ? "an Excel workbook (.xlsx)" : "a Parquet file"}`);
  switch (detected.format) {
    case "jsonl":
      return {
        ...detected,
        columns: wanted,
        rows: (from) => skipRows(textRecords(source, detected.encoding, jsonRecords(wanted)), from - 1),
      };
    case "parquet": {
      const parquet = await openParquet(source);
      return { ...detected, columns: nameColumns(parquet.columns), rows: (from) => parquet.records(from - 1) };
    }
    case "csv":
      return withHeader(detected, rule, () => Promise.resolve(textRecords(source, detected.encoding, csvRecords(detected.delimiter))));
    case "xlsx":
      return withHeader(detected, rule, () => xlsxRecords(source, rule.sheet));
  }
}

/** A table whose first records say what the columns are, unless the rule does. */
async function withHeader(detected: DetectedFile, rule: FileRule, open: () => Promise<RecordBatches>): Promise<Table> {
  if (rule.columns !== undefined) {
    const { columns } = rule;
    return { ...detected, columns, rows: (from) => opened(open, columns.length, from - 1) };
  }
  const header = await headerOf(await open(), rule.headerRow);
  const width = header.length;
  // Cells of a workbook that nobody filled in are not in the file; in CSV a short row lost something.
  const pads = detected.format === "xlsx";
  return { ...detected, columns: nameColumns(header), rows: (from) => opened(open, width, rule.headerRow + from - 1, pads) };
}

async function headerOf(records: RecordBatches, headerRow: number): Promise<readonly string[]> {
  let before = headerRow - 1;
  for await (const batch of records) {
    const header = batch[before];
    before -= batch.length;
    if (header === undefined) continue;
    const broken = brokenReason(header);
    if (broken !== undefined) throw new FileUnreadable(`The header cannot be read. ${broken}`);
    return header;
  }
  throw new FileUnreadable(headerRow === 1 ? "The file is empty" : `The file has no row ${headerRow} that could be its header`, "empty");
}

async function* opened(open: () => Promise<RecordBatches>, width: number, skip: number, pads = false): RecordBatches {
  for await (const batch of skipRows(await open(), skip)) yield batch.map((row) => fitRow(row, width, pads));
}

async function* skipRows(records: RecordBatches, count: number): RecordBatches {
  let left = count;
  for await (const batch of records) {
    const rest = left === 0 ? batch : batch.slice(left);
    left = Math.max(0, left - batch.length);
    if (rest.length > 0) yield rest;
  }
}

/** Empty cells behind the last column are none. */
function fitRow(row: readonly string[], width: number, pads: boolean): readonly string[] {
  if (row.length > width && row.slice(width).every((cell) => cell.trim() === "") && brokenReason(row) === undefined)
    return row.slice(0, width);
  return pads && row.length < width ? [...row, ...Array.from({ length: width - row.length }, () => "")] : row;
}

import { FileUnreadable, type ByteSource } from "./byte-source.ts";
import type { RecordBatches } from "./records.ts";
import { createPartParser, openArchive } from "./xlsx-archive.ts";
import { readWorkbook, type Workbook } from "./xlsx-workbook.ts";

const DAY_SECONDS = 86_400;
/** Serial number of 1970-01-01 counted from 1900. */
const UNIX_DAY = 25_569;
const DAYS_1904 = 1_462;
const COLUMNS_MAX = 2_000;
/** A spreadsheet keeps 15 digits of a number: what is longer is an id that it has rounded. */
const EXACT_MAX = 1e15;

/** The names of the sheets of a workbook. Throws `FileUnreadable`. */
export async function sheetNames(source: ByteSource): Promise<readonly string[]> {
  return (await readWorkbook(await openArchive(source), false)).sheets.map(({ name }) => name);
}

/** The rows of a sheet (default: the first), cells as text: dates by the style of the cell as `2026-07-01 08:00:00`, empty rows left out. */
export async function xlsxRecords(source: ByteSource, sheet: string | undefined): Promise<RecordBatches> {
  const archive = await openArchive(source);
  const workbook = await readWorkbook(archive, true);
  const chosen = sheet === undefined ? workbook.sheets[0] : workbook.sheets.find(({ name }) => name === sheet);
  if (chosen === undefined)
    throw new FileUnreadable(
      sheet === undefined
        ? "The workbook has no sheet"
        : `The workbook has no sheet ${sheet}. Its sheets are: ${workbook.sheets.map(({ name }) => name).join(", ")}`,
      "other",
    );
  const pieces = await archive.open(chosen.path);
  if (pieces === undefined) throw new FileUnreadable(`The sheet ${chosen.name} is missing in the workbook`);
  return rowsOf(pieces, workbook);
}

async function* rowsOf(pieces: AsyncIterable<string>, workbook: Workbook): RecordBatches {
  let rows: (readonly string[])[] = [];
  const parser = createSheetParser(workbook, (row) => rows.push(row));
  for await (const piece of pieces) {
    parser.write(piece);
    if (rows.length > 0) yield rows;
    rows = [];
  }
}

type Cell = { column: number; type: string; isDate: boolean; value: string };

function createSheetParser(workbook: Workbook, take: (row: readonly string[]) => void): { readonly write: (text: string) => void } {
  let row: string[] = [];
  let cell: Cell = { column: -1, type: "", isDate: false, value: "" };
  let reads = false;
  return createPartParser({
    open: (name, attributes) => {
      if (name === "row") {
        row = [];
        cell.column = -1;
      } else if (name === "c") {
        const column = columnOf(attributes["r"]) ?? cell.column + 1;
        cell = { column, type: attributes["t"] ?? "n", isDate: workbook.dateStyles.has(Number(attributes["s"] ?? 0)), value: "" };
      } else reads = name === "v" || name === "t";
    },
    text: (text) => {
      if (reads) cell.value += text;
    },
    close: (name) => {
      if (name === "v" || name === "t") reads = false;
      else if (name === "c") {
        const text = textOf(cell, workbook);
        if (text === "" || cell.column >= COLUMNS_MAX) return;
        while (row.length < cell.column) row.push("");
        row[cell.column] = text;
      } else if (name === "row" && row.length > 0) take(row);
    },
  });
}

/** `C7` → 2. */
function columnOf(reference: string | undefined): number | undefined {
  if (reference === undefined) return undefined;
  let column = 0;
  for (let at = 0; at < reference.length; at += 1) {
    const code = reference.charCodeAt(at);
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column - 1;
}

function textOf({ type, value, isDate }: Cell, workbook: Workbook): string {
  if (value === "") return "";
  switch (type) {
    case "s":
      return workbook.texts[Number(value)] ?? "";
    case "b":
      return value === "1" ? "true" : "false";
    case "n":
      return isDate ? dateText(Number(value) + (workbook.from1904 ? DAYS_1904 : 0)) : numberText(value);
    default:
      return value;
  }
}

function numberText(value: string): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  // 0.1 + 0.2 stands in the file as 0.30000000000000004; the spreadsheet shows 0.3.
  return Math.abs(number) >= EXACT_MAX ? number.toExponential() : String(Number(number.toPrecision(15)));
}

/** Days since 1899-12-30 as local time: a date, a time of day, or both. */
function dateText(serial: number): string {
  if (!Number.isFinite(serial)) return "";
  const seconds = Math.round((serial - UNIX_DAY) * DAY_SECONDS);
  const iso = new Date(seconds * 1000);
  if (Number.isNaN(iso.getTime())) return String(serial);
  const [day = "", time = ""] = iso.toISOString().slice(0, 19).split("T");
  if (serial < 1 && serial >= 0) return time;
  return time === "00:00:00" ? day : `${day} ${time}`;
}

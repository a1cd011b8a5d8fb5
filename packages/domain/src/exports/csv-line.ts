/** Byte order mark: spreadsheets open UTF-8 with Chinese text correctly only when it stands first. */
export const BYTE_ORDER_MARK = "\uFEFF";

/** What a cell can hold. */
export type CellValue = string | number | boolean | null | undefined;

/** Spreadsheets take a text for a formula when it starts like this, the full-width forms included. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/u;

/** One cell of a CSV file (RFC 4180); a text that a spreadsheet would run as a formula is defused with an apostrophe. */
export function csvCell(cell: CellValue): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell !== "string") return String(cell);
  const safe = FORMULA_START.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end. */
export function csvLine(cells: readonly CellValue[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

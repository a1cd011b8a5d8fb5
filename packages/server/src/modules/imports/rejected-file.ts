import type { Tx } from "../../platform/storage/postgres.ts";
import type { Blobs } from "../../platform/blobs/blobs.ts";
import type { RejectedCells } from "./take-rows.ts";

/** What blobs of rejected rows are for. */
export const REJECTED_PURPOSE = "import.rejected";
/** Spreadsheets take a CSV for UTF-8 only with this mark. */
const MARK = "\ufeff";

/** The first line of a file of rejected rows: why, then the columns of the file. */
export function rejectedHeader(header: readonly string[]): string {
  return `${MARK}${line(["row", "reason", "field", "detail", ...header])}`;
}

/** Rejected rows as lines of CSV, in row order. */
export function rejectedLines(rejects: readonly RejectedCells[]): string {
  return rejects
    .toSorted((a, b) => a.row - b.row)
    .map(({ row, code, field, detail, cells }) => line([String(row), code, field, detail, ...cells]))
    .join("");
}

/** Adds text to a file of rejected rows, at its end. */
export async function appendRejected(
  tx: Tx,
  blobs: Blobs,
  ref: { readonly workspaceId: number; readonly id: string },
  text: string,
): Promise<void> {
  const sealed = await blobs.seal(Buffer.from(text));
  const blob = await blobs.find(ref.workspaceId, ref.id);
  // The row of the import is locked by the step that writes, so nobody else appends meanwhile.
  if (blob === undefined || !(await blobs.append(tx, ref, blob.sizeBytes, sealed))) throw new Error("the file of rejected rows is gone");
}

function line(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** A cell that a spreadsheet takes for a formula is made text. */
export function csvCell(text: string): string {
  const safe = /^[=+@\t\r-]/u.test(text) && !/^[+-]?[\d.,]+$/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

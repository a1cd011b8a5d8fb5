import { BYTE_ORDER_MARK, csvLine, type CellValue } from "@terrace/domain/exports/csv-line";

/** A CSV text (RFC 4180, UTF-8 with byte order mark) from a header and rows. */
export function toCsv(header: readonly string[], rows: readonly (readonly CellValue[])[]): string {
  return BYTE_ORDER_MARK + [header, ...rows].map(csvLine).join("");
}

/** Hands a CSV text to the browser as a download. */
export function downloadCsv(fileName: string, csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${fileName.replaceAll(/[\\/:*?"<>|]/g, "-")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

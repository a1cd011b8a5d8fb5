import type { TableCell, TableModel } from "./frame/table-model.ts";

export type ColumnOf<Row> = {
  readonly key: string;
  readonly title: string;
  /** Words stand at the left. */
  readonly words?: boolean;
  readonly lead?: boolean;
  readonly cell: (row: Row) => TableCell;
};

/** A table of rows by columns that each know their cell. */
export function tableFrom<Row>(
  columns: readonly ColumnOf<Row>[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  isTotal?: (row: Row) => boolean,
): TableModel {
  return {
    columns: columns.map(({ key, title, words, lead }) => ({ key, title, figure: words !== true, lead: lead === true })),
    rows: rows.map((row) => ({ key: keyOf(row), total: isTotal?.(row) === true, cells: columns.map(({ cell }) => cell(row)) })),
  };
}

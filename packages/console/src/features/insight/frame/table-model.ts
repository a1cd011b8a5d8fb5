import type { CellValue } from "@terrace/domain/exports/csv-line";
import type { ReactNode } from "react";
import type { Cell } from "./use-analysis.ts";

/** One figure of a table: how it is shown, its exact value for the file, and whose it is. */
export type TableCell = {
  readonly text: ReactNode;
  /** Exact, as it goes into a file. */
  readonly value: CellValue;
  /** A rate beside the figure, small. */
  readonly share?: string | undefined;
  /** Leads to the people behind it. */
  readonly cell?: Cell | undefined;
  /** `pale`: not over yet; `strong`: what the row is about. */
  readonly tone?: "pale" | "strong" | undefined;
};

export type TableColumn = {
  readonly key: string;
  readonly title: string;
  /** Words by default; figures stand at the right. */
  readonly figure?: boolean;
  /** Shown in the rows on a phone, where only two figures have room. */
  readonly lead?: boolean;
  /** Words that name the row together with the first column: they stand beside it on a phone. */
  readonly names?: boolean;
};

export type TableRow = {
  readonly key: string;
  readonly cells: readonly TableCell[];
  /** Of everything: stands first and strong. */
  readonly total?: boolean;
};

/** The table below a chart; the same figures go into the file. */
export type TableModel = {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** All of its columns are wanted on a phone too, where it is moved sideways. */
  readonly scrolls?: boolean;
};

/** The header and rows of a table for a CSV file. */
export function tableCsv({ columns, rows }: TableModel): {
  readonly header: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
} {
  // A rate stands beside its figure on screen and in a column of its own in the file.
  const rated = columns.map((_, at) => rows.some(({ cells }) => cells[at]?.share !== undefined));
  return {
    header: columns.flatMap(({ title }, at) => (rated[at] === true ? [title, `${title} %`] : [title])),
    rows: rows.map(({ cells }) =>
      columns.flatMap((_, at) => (rated[at] === true ? [cells[at]?.value, cells[at]?.share ?? ""] : [cells[at]?.value])),
    ),
  };
}

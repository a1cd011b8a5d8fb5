import type { Json } from "../json.ts";

/** Why a cell cannot be taken. */
export class CellFault {
  readonly field: string;
  readonly detail: string;
  constructor(field: string, detail: string) {
    this.field = field;
    this.detail = detail;
  }
}

export type Cells = readonly string[];
export type ReadCell = (cells: Cells) => Json | undefined | CellFault;
export type ColumnIndex = (column: string) => number;

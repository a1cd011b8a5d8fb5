import type { ReactNode } from "react";
import type { Measure } from "../../../ui/format/measures.ts";
import type { ChartSpec, ChartPick, HeatSpec } from "../../../ui/chart/chart-spec.ts";
import type { KeyFigure } from "./FigureStrip.tsx";
import type { PeopleWords } from "./people-words.ts";
import type { TableModel } from "./table-model.ts";
import type { Cell } from "./use-analysis.ts";

/** Rows that can be told of each group beside the whole, such as what each product brought. */
export type Ranked = {
  /** What the rows are. */
  readonly head: string;
  /** What their figure is. */
  readonly name: string;
  readonly measure: Measure;
  readonly rows: readonly { readonly key: string; readonly label: string; readonly value: number | null }[];
};

/** What an analysis shows of its answer. */
export type Shown = {
  readonly figures?: readonly KeyFigure[];
  readonly spec?: ChartSpec;
  /** The figure that a part of the chart stands for; undefined where nobody is behind it. */
  readonly cellOf?: (pick: ChartPick) => Cell | undefined;
  /** What a click on the chart does where it shows something else instead of people. */
  readonly act?: (pick: ChartPick) => void;
  /** A grid in place of the table. */
  readonly grid?: HeatSpec;
  /** Further charts below the first, as parts of the page of their own. */
  readonly more?: ReactNode;
  readonly chartHeight?: number;
  readonly table?: TableModel;
  /** By what groups are held side by side besides the key figures. */
  readonly ranked?: Ranked;
  /** Nothing matched: a sentence stands in place of chart and table. */
  readonly empty?: boolean;
  /** What the figure of a cell is; undefined when the answer has no such cell. */
  readonly behind?: (cell: Cell) => PeopleWords | undefined;
};

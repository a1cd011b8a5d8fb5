import type { ReactNode } from "react";
import type { ChartSpec, ChartPick, HeatSpec } from "../../../ui/chart/chart-spec.ts";
import type { KeyFigure } from "./FigureStrip.tsx";
import type { PeopleWords } from "./people-words.ts";
import type { TableModel } from "./table-model.ts";
import type { Cell } from "./use-analysis.ts";

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
  /** Nothing matched: a sentence stands in place of chart and table. */
  readonly empty?: boolean;
  /** What the figure of a cell is; undefined when the answer has no such cell. */
  readonly behind?: (cell: Cell) => PeopleWords | undefined;
};

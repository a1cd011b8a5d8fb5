/** One line or row of bars. Style is meaning: solid = measured, dashed = comparison, pale = a period that is not over. */
export type ChartSeries = {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly style: "solid" | "dashed" | "pale";
};

/** What a chart shows, free of any drawing library; the same data feeds its table and its export. */
export type ChartSpec = {
  readonly kind: "line" | "bar";
  /** Names of the points, in order, as they stand in the table. */
  readonly categories: readonly string[];
  /** Short names for the axis. */
  readonly ticks: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly formatValue: (value: number) => string;
  readonly formatAxis: (value: number) => string;
  /** Smallest step of the axis: finer ones would be printed as the same number. */
  readonly axisStepMin: number;
  /** One sentence that says what is to be seen; the chart's label. */
  readonly summary: string;
};

import type { Measure } from "../format/measures.ts";

/** One line or row of bars. Style is meaning: solid = measured, dashed = comparison or plan, dotted = forecast. */
export type ChartSeries = {
  /** What the series is, whatever it is called: its colour goes with this while filters change. */
  readonly key: string;
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly style: "solid" | "dashed" | "dotted";
  /** The series this one is compared with or continues; it takes that one's colour. */
  readonly of?: string;
  /** All values that are not shown, as one: drawn in slate, last. */
  readonly other?: boolean;
  /** The 95 % interval around the values. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
  /** What the points of a comparison are called where it differs from the categories. */
  readonly categories?: readonly string[];
};

/** Something that happened at a place of the time axis, such as the start of a campaign. */
export type ChartMark = { readonly key: string; readonly index: number; readonly text: string };

export type TimeShape = "line" | "area" | "bar" | "stacked" | "stackedArea";

/** Figures over time (or over any ordered categories). */
export type TimeSpec = {
  readonly kind: "time";
  readonly shape: TimeShape;
  /** Names of the points, in order, as they stand in the table. */
  readonly categories: readonly string[];
  /** Short names for the axis. */
  readonly ticks: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly measure: Measure;
  /** Which intervals are not over: they are never drawn solid. */
  readonly unfinished?: readonly boolean[];
  readonly marks?: readonly ChartMark[];
  /** The first local day of each interval, and the one after the last: where notes of operators belong. */
  readonly days?: readonly string[];
  /** A level to hold against, such as a goal. */
  readonly level?: { readonly value: number; readonly text: string };
  readonly summary: string;
};

/** How many fall into each bracket. */
export type HistogramSpec = {
  readonly kind: "histogram";
  readonly brackets: readonly { readonly key: string; readonly label: string; readonly tick: string; readonly value: number }[];
  /** What the brackets are brackets of, over the first column of the table. */
  readonly head: string;
  readonly name: string;
  readonly measure: Measure;
  readonly summary: string;
};

export type SankeyNode = {
  readonly key: string;
  readonly label: string;
  /** Column, from 0. */
  readonly layer: number;
  readonly value: number;
  /** Nodes of the same colour key look alike in every column. */
  readonly colourKey: string;
  /** The place in the palette of what has a colour of its own everywhere, such as a badge. */
  readonly slot?: number;
  /** Not a node of its own: those who left. */
  readonly muted?: boolean;
};
export type SankeyLink = { readonly from: string; readonly to: string; readonly value: number };

/** Flows between layers. */
export type SankeySpec = {
  readonly kind: "sankey";
  readonly nodes: readonly SankeyNode[];
  readonly links: readonly SankeyLink[];
  readonly heads: { readonly from: string; readonly to: string; readonly value: string; readonly share: string };
  readonly measure: Measure;
  readonly summary: string;
};

/** Two figures against each other. */
export type ScatterSpec = {
  readonly kind: "scatter";
  readonly points: readonly { readonly key: string; readonly label: string; readonly x: number; readonly y: number }[];
  readonly head: string;
  readonly x: { readonly name: string; readonly measure: Measure };
  readonly y: { readonly name: string; readonly measure: Measure };
  readonly fit?: { readonly slope: number; readonly intercept: number };
  readonly summary: string;
};

/** People by step, for one or more groups. */
export type FunnelSpec = {
  readonly kind: "funnel";
  readonly steps: readonly string[];
  readonly groups: readonly {
    readonly key: string;
    readonly name: string;
    readonly people: readonly number[];
    readonly other?: boolean;
  }[];
  readonly measure: Measure;
  readonly words: { readonly step: string; readonly group: string; readonly dropped: string; readonly ofPrevious: string };
  readonly selected?: { readonly group: string; readonly step: number; readonly outcome: "converted" | "dropped" };
  readonly summary: string;
};

/** A grid of figures, coloured by size. */
export type HeatSpec = {
  readonly kind: "heat";
  readonly head: string;
  readonly columns: readonly { readonly key: string; readonly label: string }[];
  readonly rows: readonly {
    readonly key: string;
    readonly label: string;
    /** Figures before the grid, such as the size of a cohort; as many as there are `leads`. */
    readonly leads?: readonly string[];
    readonly cells: readonly HeatCell[];
    /** Set apart from the others, such as the mean. */
    readonly total?: boolean;
  }[];
  readonly leads?: readonly string[];
  /** sequential: from nothing to much; diverging: around 0. */
  readonly scale: "sequential" | "diverging";
  /** What the strongest colour stands for; default: the largest value. */
  readonly most?: number;
  readonly measure: Measure;
  /** Whether cells lead to people. */
  readonly pickable?: boolean;
  readonly summary: string;
};
export type HeatCell = {
  readonly value: number | null;
  /** A second line, or what is shown instead of the value. */
  readonly text?: string;
  readonly hint?: string;
  /** It may still grow. */
  readonly unfinished?: boolean;
};

/** Ranked bars. */
export type BarsSpec = {
  readonly kind: "bars";
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly key: string;
    readonly label: string;
    readonly value: number;
    /** Where the others stand: a tick on the bar. */
    readonly base?: number;
    /** Texts of the columns after the bar. */
    readonly cells: readonly string[];
    readonly tone?: "good" | "bad" | "neutral";
  }[];
  readonly most?: number;
  /** What the bar is and what the tick on it, where the heads of the columns do not say. */
  readonly legend?: { readonly bar: string; readonly base: string };
  readonly measure: Measure;
  readonly pickable?: boolean;
  readonly summary: string;
};

/** What a chart shows, free of any drawing library; the same data feeds its table and its export. */
export type ChartSpec = TimeSpec | HistogramSpec | SankeySpec | ScatterSpec | FunnelSpec | HeatSpec | BarsSpec;

/** The part of a chart that was clicked. */
export type ChartPick =
  | { readonly kind: "point"; readonly series: string; readonly index: number }
  | { readonly kind: "bracket"; readonly index: number }
  | { readonly kind: "node"; readonly key: string }
  | { readonly kind: "link"; readonly from: string; readonly to: string }
  | { readonly kind: "dot"; readonly key: string }
  | { readonly kind: "step"; readonly group: string; readonly step: number; readonly outcome: "converted" | "dropped" }
  | { readonly kind: "cell"; readonly row: string; readonly column: string }
  | { readonly kind: "bar"; readonly key: string };

export type OnPick = (pick: ChartPick) => void;

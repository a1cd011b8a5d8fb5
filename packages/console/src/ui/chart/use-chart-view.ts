import { useCallback, useRef, useState } from "react";
import { downloadCsv, toCsv } from "../format/csv.ts";
import { downloadBlob, pictureOf } from "./chart-png.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { tableOf } from "./chart-table.ts";

/** How a chart is shown, and how it leaves the page. */
export type ChartView = {
  readonly asTable: boolean;
  readonly toggle: () => void;
  readonly exportCsv: () => void;
  readonly exportPng: () => Promise<void>;
};

type HeldChart = {
  /** The element that goes into the picture; when it has no heading, the title stands above it. */
  readonly box: (element: HTMLElement | null) => void;
  readonly view: ChartView;
};

/** The switch between chart and table and the exports of a chart; `notes` (period, zone) stand under the title of the picture. */
export function useChartView(title: string, spec: ChartSpec | undefined, notes: readonly string[] = []): HeldChart {
  const held = useRef<HTMLElement>(null);
  const box = useCallback((element: HTMLElement | null) => {
    held.current = element;
  }, []);
  const [asTable, setAsTable] = useState(false);
  const view = {
    asTable,
    toggle: () => setAsTable(!asTable),
    exportCsv: () => {
      if (spec === undefined) return;
      const { head, rows } = tableOf(spec);
      downloadCsv(
        title,
        toCsv(
          head,
          rows.map(({ label, cells }) => [label, ...cells.map(({ plain }) => plain)]),
        ),
      );
    },
    exportPng: async () => {
      if (held.current === null || spec === undefined) return;
      const heading = held.current.querySelector("h1, h2") === null ? title : "";
      downloadBlob(`${title}.png`, await pictureOf(held.current, heading, [spec.summary, ...notes]));
    },
  };
  return { box, view };
}

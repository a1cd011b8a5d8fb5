import { BarChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import type { EChartsType } from "echarts/core";
import { init, use as useModules } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { HistogramSpec, OnPick, SankeySpec, ScatterSpec, TimeSpec } from "./chart-spec.ts";
import { chartTheme } from "./chart-theme.ts";
import { histogramOption, sankeyOption, scatterOption } from "./flow-options.ts";
import type { DrawStyle } from "./option-parts.ts";
import { shownSeries, timeOption } from "./time-option.ts";

useModules([
  LineChart,
  BarChart,
  SankeyChart,
  ScatterChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  AriaComponent,
  LabelLayout,
  CanvasRenderer,
]);

export type CanvasSpec = TimeSpec | HistogramSpec | SankeySpec | ScatterSpec;

type EChartProps = {
  readonly spec: CanvasSpec;
  readonly height: number;
  readonly style: DrawStyle;
  readonly onPick?: OnPick | undefined;
};

function optionOf(spec: CanvasSpec, style: DrawStyle) {
  if (spec.kind === "time") return timeOption(spec, style);
  if (spec.kind === "histogram") return histogramOption(spec, style);
  return spec.kind === "sankey" ? sankeyOption(spec, style) : scatterOption(spec, style);
}

/** The series nearest to a height at a place of the axis: lines are thin, so a click need not hit one. */
function nearestSeries(spec: TimeSpec, index: number, value: number): string | undefined {
  let sum = 0;
  const stacked = spec.shape === "stacked" || spec.shape === "stackedArea";
  const places = shownSeries(spec).flatMap(({ key, values, of }) => {
    const own = values[index];
    if (own === null || own === undefined || (stacked && of !== undefined)) return [];
    sum += own;
    return [{ key, distance: stacked ? (value <= sum && value >= sum - own ? 0 : Math.abs(value - sum)) : Math.abs(own - value) }];
  });
  return places.toSorted((a, b) => a.distance - b.distance)[0]?.key;
}

type ItemClick = {
  readonly componentType?: string;
  readonly dataType?: string;
  readonly name?: string;
  readonly dataIndex?: number;
  readonly data?: unknown;
};

function pickItem(spec: CanvasSpec, event: ItemClick, onPick: OnPick): void {
  const index = event.dataIndex ?? -1;
  if (spec.kind === "scatter") {
    const point = spec.points[index];
    if (point !== undefined) onPick({ kind: "dot", key: point.key });
  }
  if (spec.kind !== "sankey") return;
  const { source, target } = (event.data ?? {}) as { readonly source?: string; readonly target?: string };
  if (event.dataType === "edge" && source !== undefined && target !== undefined) onPick({ kind: "link", from: source, to: target });
  if (event.dataType === "node" && event.name !== undefined) onPick({ kind: "node", key: event.name });
}

function listen(chart: EChartsType, spec: CanvasSpec, onPick: OnPick): () => void {
  if (spec.kind === "sankey" || spec.kind === "scatter") {
    const pick = (event: unknown) => pickItem(spec, event as ItemClick, onPick);
    chart.on("click", pick);
    return () => void (chart.isDisposed() || chart.off("click", pick));
  }
  const pick = (event: { readonly offsetX: number; readonly offsetY: number }) => {
    const point = [event.offsetX, event.offsetY];
    if (!chart.containPixel("grid", point)) return;
    const [column, value = 0] = chart.convertFromPixel("grid", point) as readonly number[];
    const index = Math.round(column ?? -1);
    if (spec.kind === "histogram") return void (index in spec.brackets && onPick({ kind: "bracket", index }));
    const series = nearestSeries(spec, index, value);
    if (series !== undefined) onPick({ kind: "point", series, index });
  };
  chart.getZr().on("click", pick);
  return () => void (chart.isDisposed() || chart.getZr().off("click", pick));
}

/** Draws a chart specification on a canvas; loaded only when a chart is on screen. */
export function EChart({ spec, height, style, onPick }: EChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const { mode } = style;

  useEffect(() => {
    if (holder.current === null) return undefined;
    // Twice the pixels, so that the exported picture is sharp on paper too.
    const made = init(holder.current, chartTheme(mode), { devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(holder.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [mode]);

  // Pages put their charts together anew whenever they are drawn; what is the same is not drawn again under a tooltip.
  const print = JSON.stringify(spec);
  useEffect(() => {
    chart.current?.setOption(optionOf(spec, style), { notMerge: true });
    // oxlint-disable-next-line react/exhaustive-deps -- the print stands for the specification
  }, [print, style]);

  useEffect(() => {
    const made = chart.current;
    return made === null || onPick === undefined ? undefined : listen(made, spec, onPick);
  }, [onPick, mode, spec]);

  return <div ref={holder} style={{ height, cursor: onPick === undefined ? "default" : "pointer" }} role="img" aria-label={spec.summary} />;
}

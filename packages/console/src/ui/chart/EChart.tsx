import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import type { EChartsType } from "echarts/core";
import { init, use as useModules } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { ChartMode } from "./chart-theme.ts";
import { chartTheme } from "./chart-theme.ts";
import { chartOption } from "./chart-option.ts";
import type { ChartSpec } from "./chart-spec.ts";

useModules([LineChart, BarChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

type EChartProps = {
  readonly spec: ChartSpec;
  readonly height: number;
  readonly mode: ChartMode;
  readonly onPick?: ((index: number) => void) | undefined;
};

/** Draws a chart specification on a canvas; loaded only when a chart is on screen. */
export function EChart({ spec, height, mode, onPick }: EChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);

  useEffect(() => {
    if (holder.current === null) return undefined;
    const made = init(holder.current, chartTheme(mode));
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(holder.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [mode]);

  useEffect(() => {
    chart.current?.setOption(chartOption(spec, mode), { notMerge: true });
  }, [spec, mode]);

  useEffect(() => {
    const made = chart.current;
    if (made === null || onPick === undefined) return undefined;
    const pick = (event: { dataIndex?: number }) => {
      if (event.dataIndex !== undefined) onPick(event.dataIndex);
    };
    made.on("click", pick);
    return () => void made.off("click", pick);
  }, [onPick, mode]);

  return <div ref={holder} style={{ height }} role="img" aria-label={spec.summary} />;
}

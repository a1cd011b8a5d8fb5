import type { ChartMode } from "./chart-theme.ts";
import { chartInk, PALETTE } from "./chart-theme.ts";
import type { ChartSeries, ChartSpec } from "./chart-spec.ts";

function reducedMotion(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function lineStyle(style: ChartSeries["style"], mode: ChartMode) {
  if (style === "dashed") return { type: "dashed" as const, width: 1.5, color: chartInk(mode).comparison };
  return { type: "solid" as const, width: 2, opacity: style === "pale" ? 0.4 : 1 };
}

/** Colours go to measured series in order; a pale series takes the colour of the measured one before it. */
function colours(spec: ChartSpec, mode: ChartMode): readonly string[] {
  let next = -1;
  return spec.series.map(({ style }) => {
    if (style === "dashed") return chartInk(mode).comparison;
    if (style === "solid" || next < 0) next += 1;
    return PALETTE[mode][next % PALETTE[mode].length] ?? PALETTE[mode][0];
  });
}

function seriesOption(spec: ChartSpec, mode: ChartMode) {
  const colour = colours(spec, mode);
  return spec.series.map((series, i) => ({
    type: spec.kind,
    name: series.name,
    data: [...series.values],
    itemStyle: { color: colour[i] ?? PALETTE[mode][0], opacity: series.style === "pale" ? 0.45 : 1 },
    ...(spec.kind === "line"
      ? {
          lineStyle: lineStyle(series.style, mode),
          connectNulls: false,
          showSymbol: spec.categories.length < 3,
          ...(i === 0 ? { areaStyle: { opacity: 0.07 } } : {}),
          z: series.style === "dashed" ? 1 : 2,
        }
      : { stack: "one" }),
  }));
}

type TooltipPoint = { readonly dataIndex: number; readonly seriesIndex: number; readonly marker: string; readonly value: unknown };

function tooltipHtml(spec: ChartSpec, points: readonly TooltipPoint[]): string {
  const first = points[0];
  if (first === undefined) return "";
  const rows = points
    .filter(({ value }) => typeof value === "number")
    .map(
      ({ marker, seriesIndex, value }) =>
        `<div class="chart-tip-row"><span>${marker}${escapeHtml(spec.series[seriesIndex]?.name ?? "")}</span><b>${escapeHtml(spec.formatValue(Number(value)))}</b></div>`,
    );
  return `<div class="chart-tip">${escapeHtml(spec.categories[first.dataIndex] ?? "")}${rows.join("")}</div>`;
}

/** A chart specification as ECharts options: bars from 0, few horizontal lines, no frame, nothing that carries no data. */
export function chartOption(spec: ChartSpec, mode: ChartMode) {
  return {
    animationDuration: reducedMotion() ? 0 : 200,
    grid: { left: 4, right: 14, top: 12, bottom: 2, outerBoundsMode: "same" as const, outerBoundsContain: "axisLabel" as const },
    xAxis: {
      type: "category" as const,
      data: [...spec.ticks],
      boundaryGap: spec.kind === "bar",
      axisLabel: { hideOverlap: true, margin: 10 },
    },
    yAxis: { type: "value" as const, min: 0, splitNumber: 4, minInterval: spec.axisStepMin, axisLabel: { formatter: spec.formatAxis } },
    tooltip: {
      trigger: "axis" as const,
      confine: true,
      formatter: (points: unknown) => tooltipHtml(spec, Array.isArray(points) ? points : []),
    },
    aria: { enabled: true, label: { description: spec.summary } },
    series: seriesOption(spec, mode),
  };
}

import type { HistogramSpec, SankeySpec, ScatterSpec } from "./chart-spec.ts";
import { chartInk, slotColour } from "./chart-theme.ts";
import { baseOption, type DrawStyle, tipHtml, valueAxis } from "./option-parts.ts";
import { slotsIn } from "./series-colours.ts";

const GRID = { left: 4, right: 14, top: 12, bottom: 2, outerBoundsMode: "same" as const, outerBoundsContain: "axisLabel" as const };

/** Brackets as bars that touch. */
export function histogramOption(spec: HistogramSpec, style: DrawStyle) {
  const sum = spec.brackets.reduce((total, { value }) => total + value, 0);
  return {
    ...baseOption(spec.summary, style),
    grid: GRID,
    xAxis: { type: "category" as const, data: spec.brackets.map(({ tick }) => tick), axisLabel: { hideOverlap: true, margin: 10 } },
    yAxis: valueAxis(spec.measure, 0, Math.max(0, ...spec.brackets.map(({ value }) => value))),
    tooltip: {
      trigger: "axis" as const,
      confine: true,
      axisPointer: { type: "shadow" as const },
      formatter: (points: unknown) => {
        const bracket = spec.brackets[firstIndex(points)];
        if (bracket === undefined) return "";
        const share = sum === 0 ? "" : ` · ${((bracket.value / sum) * 100).toFixed(1)}%`;
        return tipHtml(bracket.label, [{ name: spec.name, value: `${spec.measure.exact(bracket.value)}${share}` }]);
      },
    },
    series: [
      {
        type: "bar" as const,
        barCategoryGap: "12%",
        barMaxWidth: 64,
        data: spec.brackets.map(({ value }) => value),
        itemStyle: { color: slotColour(0, style.mode) },
        emphasis: { focus: "none" as const },
      },
    ],
  };
}

function firstIndex(points: unknown): number {
  const first: unknown = Array.isArray(points) ? points[0] : points;
  return typeof first === "object" && first !== null && "dataIndex" in first ? Number(first.dataIndex) : -1;
}

/** Flows from layer to layer; a node of the same name has the same colour in each. */
export function sankeyOption(spec: SankeySpec, style: DrawStyle) {
  const ink = chartInk(style.mode);
  const slots = slotsIn(style.colourScope, [
    ...new Set(
      spec.nodes
        .filter(({ muted, slot }) => muted !== true && slot === undefined)
        .toSorted((a, b) => b.value - a.value)
        .map(({ colourKey }) => colourKey),
    ),
  ]);
  const nodes = new Map(spec.nodes.map((node) => [node.key, node]));
  const colourOf = (key: string) => {
    const node = nodes.get(key);
    if (node === undefined || node.muted === true) return ink.muted;
    return slotColour(node.slot ?? slots.get(node.colourKey) ?? 0, style.mode);
  };
  return {
    ...baseOption(spec.summary, style),
    tooltip: { trigger: "item" as const, confine: true, formatter: (point: unknown) => flowTip(spec, nodes, point) },
    series: [
      {
        type: "sankey" as const,
        left: 4,
        right: 132,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 10,
        nodeAlign: "left" as const,
        draggable: false,
        layoutIterations: 32,
        emphasis: { focus: "trajectory" as const },
        lineStyle: { color: "source" as const, opacity: 0.22, curveness: 0.5 },
        label: {
          color: ink.text,
          fontSize: 11,
          formatter: ({ name }: { readonly name: string }) => {
            const node = nodes.get(name);
            return node === undefined ? "" : `${node.label} ${spec.measure.short(node.value)}`;
          },
          width: 128,
          overflow: "truncate" as const,
        },
        data: spec.nodes.map(({ key, layer }) => ({ name: key, depth: layer, itemStyle: { color: colourOf(key), borderWidth: 0 } })),
        links: spec.links.map(({ from, to, value }) => ({ source: from, target: to, value })),
      },
    ],
  };
}

type FlowPoint = {
  readonly dataType?: string;
  readonly name?: string;
  readonly data?: { readonly source?: string; readonly target?: string; readonly value?: number };
};

type FlowNode = SankeySpec["nodes"][number];

function flowTip(spec: SankeySpec, nodes: ReadonlyMap<string, FlowNode>, point: unknown): string {
  const { dataType, name = "", data = {} } = point as FlowPoint;
  if (dataType !== "edge") return nodeTip(spec, nodes.get(name));
  const { source = "", target = "", value = 0 } = data;
  return linkTip(spec, nodes.get(source), nodes.get(target), value);
}

function nodeTip(spec: SankeySpec, node: FlowNode | undefined): string {
  return node === undefined ? "" : tipHtml(node.label, [{ name: spec.heads.value, value: spec.measure.exact(node.value) }]);
}

function linkTip(spec: SankeySpec, source: FlowNode | undefined, target: FlowNode | undefined, value: number): string {
  const share =
    source === undefined || source.value === 0 ? [] : [{ name: spec.heads.share, value: `${((value / source.value) * 100).toFixed(1)}%` }];
  return tipHtml(`${source?.label ?? ""} → ${target?.label ?? ""}`, [
    { name: spec.heads.value, value: spec.measure.exact(value) },
    ...share,
  ]);
}

/** Points of two figures, with the line that fits them best. */
export function scatterOption(spec: ScatterSpec, style: DrawStyle) {
  const ink = chartInk(style.mode);
  const [xs, ys] = [spec.points.map(({ x }) => x), spec.points.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const { fit } = spec;
  const axis = (of: ScatterSpec["x"], values: readonly number[]) => {
    const scale = of.measure.axis(Math.max(...values.map(Math.abs), 0));
    return {
      type: "value" as const,
      scale: true,
      name: `${of.name}${scale.unit === "" ? "" : ` (${scale.unit})`}`,

      axisLabel: { formatter: scale.tick, hideOverlap: true },
    };
  };
  return {
    ...baseOption(spec.summary, style),
    grid: { left: 4, right: 20, top: 30, bottom: 26, outerBoundsMode: "same" as const, outerBoundsContain: "axisLabel" as const },
    xAxis: { ...axis(spec.x, xs), nameLocation: "middle" as const, nameGap: 26, splitLine: { show: false } },
    yAxis: { ...axis(spec.y, ys), nameLocation: "end" as const, nameGap: 10, nameTextStyle: { align: "left" as const } },
    tooltip: {
      trigger: "item" as const,
      confine: true,
      formatter: (point: unknown) => {
        const one = spec.points[firstIndex(point)];
        return one === undefined
          ? ""
          : tipHtml(one.label, [
              { name: spec.x.name, value: spec.x.measure.exact(one.x) },
              { name: spec.y.name, value: spec.y.measure.exact(one.y) },
            ]);
      },
    },
    series: [
      {
        type: "scatter" as const,
        symbolSize: spec.points.length > 200 ? 5 : 8,
        itemStyle: { color: slotColour(0, style.mode), opacity: 0.7 },
        data: spec.points.map(({ x, y }) => [x, y]),
      },
      ...(fit === undefined || spec.points.length < 2
        ? []
        : [
            {
              type: "line" as const,
              silent: true,
              symbol: "none",
              lineStyle: { color: ink.comparison, type: "dashed" as const, width: 1.5 },
              tooltip: { show: false },
              data: [
                [left, fit.intercept + fit.slope * left],
                [right, fit.intercept + fit.slope * right],
              ],
            },
          ]),
    ],
  };
}

import { baseOption, type DrawStyle, tipHtml, valueAxis } from "./option-parts.ts";
import type { ChartSeries, TimeSpec } from "./chart-spec.ts";
import { chartInk, slotColour } from "./chart-theme.ts";
import { OTHER_SLOT, slotsIn } from "./series-colours.ts";

/** Lines at most; what is more stands in the table only. */
export const SERIES_MAX = 8;
const END_LABELS_MAX = 4;

const isLine = ({ shape }: TimeSpec) => shape === "line" || shape === "area" || shape === "stackedArea";
const isStacked = ({ shape }: TimeSpec) => shape === "stacked" || shape === "stackedArea";

/** The series that are drawn: at most eight that are measured, with what belongs to them. */
export function shownSeries(spec: TimeSpec): readonly ChartSeries[] {
  const own = spec.series.filter(({ of, other }) => of === undefined && other !== true);
  const rest = spec.series.filter(({ other }) => other === true);
  const kept = new Set([...own.slice(0, SERIES_MAX - (rest.length > 0 ? 1 : 0)), ...rest].map(({ key }) => key));
  return spec.series.filter(({ key, of }) => kept.has(of ?? key));
}

/** How many measured series stand in the table only. */
export function hiddenSeries(spec: TimeSpec): number {
  return spec.series.filter(({ of }) => of === undefined).length - shownSeries(spec).filter(({ of }) => of === undefined).length;
}

/** The colour of each series. A comparison of the only series is grey; of several, each takes the colour of its own. */
export function seriesColours(spec: TimeSpec, style: DrawStyle): ReadonlyMap<string, string> {
  const own = shownSeries(spec).filter(({ of }) => of === undefined);
  const slots = slotsIn(
    style.colourScope,
    own.filter(({ other }) => other !== true).map(({ key }) => key),
  );
  const colours = new Map(own.map(({ key, other }) => [key, slotColour(other === true ? OTHER_SLOT : (slots.get(key) ?? 0), style.mode)]));
  for (const { key, of, style: line } of shownSeries(spec)) {
    if (of === undefined) continue;
    const base = colours.get(of) ?? slotColour(0, style.mode);
    colours.set(key, line === "dashed" && own.length === 1 ? chartInk(style.mode).comparison : base);
  }
  if (own.length === 1 && own[0]?.style === "dashed") colours.set(own[0].key, chartInk(style.mode).comparison);
  return colours;
}

/** Cuts values where intervals are not over: the finished ones, and the rest with the last finished one before it, so that a line goes on. */
export function splitUnfinished(
  values: readonly (number | null)[],
  unfinished: readonly boolean[] | undefined,
): { readonly solid: readonly (number | null)[]; readonly pale: readonly (number | null)[] | undefined } {
  const open = unfinished ?? [];
  if (!values.some((value, i) => value !== null && open[i] === true)) return { solid: values, pale: undefined };
  return {
    solid: values.map((value, i) => (open[i] === true ? null : value)),
    pale: values.map((value, i) => (open[i] === true || open[i + 1] === true ? value : null)),
  };
}

type Drawn = {
  readonly series: ChartSeries;
  readonly colour: string;
  readonly spec: TimeSpec;
  readonly style: DrawStyle;
  readonly endLabels: boolean;
};

const lineWidth = ({ style }: ChartSeries) => (style === "dashed" ? 1.5 : 2);

function lineOpacity({ style, of }: ChartSeries, pale: boolean): number {
  if (pale) return 0.55;
  return style === "dashed" && of !== undefined ? 0.8 : 1;
}

const lineStyle = (series: ChartSeries, color: string, pale: boolean) => ({
  type: pale ? ("dashed" as const) : series.style,
  width: lineWidth(series),
  color,
  opacity: lineOpacity(series, pale),
});

/** Whether the area under a line is filled: under areas, and under the only line that is measured. */
function isFilled(series: ChartSeries, spec: TimeSpec): boolean {
  // Under a band it would look like one more band.
  if (series.style !== "solid" || series.band !== undefined) return false;
  if (spec.shape !== "line") return true;
  const shown = shownSeries(spec);
  return shown.length === 1 || (series.of === undefined && shown.filter(({ of }) => of === undefined).length === 1);
}

const areaUnder = (spec: TimeSpec, colour: string) => ({ areaStyle: { color: colour, opacity: isStacked(spec) ? 0.32 : 0.07 } });

const endLabel = (name: string, colour: string) => ({
  endLabel: {
    show: true,
    formatter: () => name,
    color: colour,
    fontSize: 11,
    distance: 6,
    width: 92,
    overflow: "truncate" as const,
  },
  labelLayout: { moveOverlap: "shiftY" as const },
});

function linePart({ series, colour, spec, endLabels }: Drawn, values: readonly (number | null)[], pale: boolean) {
  const labelled = endLabels && series.style !== "dashed" && typeof values.at(-1) === "number";
  return {
    type: "line" as const,
    name: series.key,
    data: [...values],
    connectNulls: false,
    showSymbol: !pale && values.filter((value) => value !== null).length < 3,
    symbolSize: 5,
    lineStyle: lineStyle(series, colour, pale),
    itemStyle: { color: colour },
    z: series.style === "dashed" ? 2 : 3,
    ...(isStacked(spec) && series.of === undefined ? { stack: pale ? "pale" : "one" } : {}),
    ...(!pale && isFilled(series, spec) ? areaUnder(spec, colour) : {}),
    ...(labelled ? endLabel(series.name, colour) : {}),
    emphasis: { focus: "none" as const, lineStyle: { width: lineWidth(series) } },
  };
}

function barPart({ series, colour, spec }: Drawn, mode: DrawStyle["mode"]) {
  const comparison = series.style === "dashed";
  return {
    type: "bar" as const,
    name: series.key,
    data: series.values.map((value, i) => ({ value, itemStyle: { opacity: spec.unfinished?.[i] === true ? 0.35 : 1 } })),
    barMaxWidth: 36,
    barGap: "8%",
    itemStyle: { color: comparison ? chartInk(mode).muted : colour, borderRadius: isStacked(spec) ? 0 : [2, 2, 0, 0] },
    emphasis: { focus: "none" as const },
    cursor: "pointer",
    ...(isStacked(spec) ? { stack: comparison ? "before" : "one" } : {}),
  };
}

/** The interval around a line as two lines on top of each other, the upper one filled. */
function bandParts({ series, colour }: Drawn) {
  if (series.band === undefined) return [];
  const { low, high } = series.band;
  const base = {
    type: "line" as const,
    name: `${series.key}:band`,
    stack: `${series.key}:band`,
    stackStrategy: "all" as const,
    silent: true,
    symbol: "none",
    lineStyle: { opacity: 0 },
    z: 1,
  };
  return [
    { ...base, data: [...low] },
    {
      ...base,
      data: high.map((value, i) => {
        const bottom = low[i];
        return value === null || bottom === null || bottom === undefined ? null : value - bottom;
      }),
      areaStyle: { color: colour, opacity: 0.14 },
    },
  ];
}

function partsOf(drawn: Drawn): readonly object[] {
  const { spec, series } = drawn;
  if (!isLine(spec) && series.style !== "dotted") return [barPart(drawn, drawn.style.mode)];
  const { solid, pale } = splitUnfinished(series.values, series.style === "solid" ? spec.unfinished : undefined);
  return [...bandParts(drawn), linePart(drawn, solid, false), ...(pale === undefined ? [] : [linePart(drawn, pale, true)])];
}

const cut = (text: string, length: number) => ([...text].length > length ? `${[...text].slice(0, length - 1).join("")}…` : text);

function markLines(spec: TimeSpec, style: DrawStyle) {
  const ink = chartInk(style.mode);
  const marks = (spec.marks ?? []).map(({ index, text }, i) => ({
    xAxis: index,
    lineStyle: { color: ink.label, type: "solid" as const, width: 1 },
    label: {
      show: !style.phone,
      formatter: cut(text, 14),
      position: "end" as const,
      distance: 3 + (i % 2) * 13,
      color: ink.label,
      fontSize: 11,
    },
  }));
  const level =
    spec.level === undefined
      ? []
      : [
          {
            yAxis: spec.level.value,
            lineStyle: { color: ink.text, type: "solid" as const, width: 1 },
            label: { formatter: spec.level.text, position: "insideEndTop" as const, color: ink.text, fontSize: 11 },
          },
        ];
  if (marks.length + level.length === 0) return [];
  return [
    {
      type: "line" as const,
      name: ":marks",
      data: spec.categories.map(() => null),
      silent: true,
      markLine: { symbol: "none", silent: true, animation: false, data: [...level, ...marks] },
    },
  ];
}

/** Lowest and highest value drawn, with stacks added up and the intervals of forecasts. */
export function extentOf(spec: TimeSpec): { readonly low: number; readonly high: number } {
  const series = shownSeries(spec);
  const known = (values: readonly (number | null | undefined)[]) => values.filter((value) => value !== null && value !== undefined);
  if (isStacked(spec)) {
    const sums = spec.categories.flatMap((_, i) => {
      const at = known(series.filter(({ of }) => of === undefined).map(({ values }) => values[i]));
      return [
        at.filter((value) => value > 0).reduce((sum, value) => sum + value, 0),
        at.filter((value) => value < 0).reduce((sum, value) => sum + value, 0),
      ];
    });
    return { low: Math.min(0, ...sums), high: Math.max(0, ...sums) };
  }
  const all = known(series.flatMap(({ values, band }) => [...values, ...(band?.low ?? []), ...(band?.high ?? [])]));
  return { low: Math.min(0, ...all), high: Math.max(0, spec.level?.value ?? 0, ...all) };
}

/** The interval around a value, as it stands after it. */
function rangeText(band: ChartSeries["band"], index: number, exact: TimeSpec["measure"]["exact"]): string {
  const low = band?.low[index] ?? null;
  const high = band?.high[index] ?? null;
  return low === null || high === null ? "" : ` (${exact(low)} – ${exact(high)})`;
}

const shareText = (value: number, sum: number) => (sum > 0 ? ` · ${((Math.abs(value) / sum) * 100).toFixed(1)}%` : "");

/** The tooltip at a place of the axis: every series with its exact value, shares of a stack, comparisons with their own day, what happened there. */
function tipAt(spec: TimeSpec, index: number, colours: ReadonlyMap<string, string>): string {
  const shown = shownSeries(spec);
  const sum = isStacked(spec)
    ? shown.reduce((total, { values, of }) => total + (of === undefined ? Math.abs(values[index] ?? 0) : 0), 0)
    : 0;
  const rows = shown.flatMap(({ key, name, values, style, band, categories, of }) => {
    const value = values[index];
    if (value === null || value === undefined) return [];
    const range = rangeText(band, index, spec.measure.exact);
    const share = of === undefined ? shareText(value, sum) : "";
    const when = categories?.[index];
    return [
      {
        colour: colours.get(key) ?? "",
        dashed: style !== "solid",
        name: when === undefined ? name : `${name} · ${when}`,
        value: `${spec.measure.exact(value)}${range}${share}`,
      },
    ];
  });
  return tipHtml(
    spec.categories[index] ?? "",
    rows,
    (spec.marks ?? []).filter((mark) => mark.index === index).map(({ text }) => text),
  );
}

/** Whether few enough lines are drawn that their ends are labelled and no legend is needed. */
export function hasEndLabels(spec: TimeSpec, phone: boolean): boolean {
  const shown = shownSeries(spec);
  return isLine(spec) && !phone && shown.length > 1 && shown.length <= END_LABELS_MAX && shown.every(({ style }) => style === "solid");
}

/** Figures over time as ECharts options: bars from 0, few horizontal lines, no frame, nothing that carries no data. */
export function timeOption(spec: TimeSpec, style: DrawStyle) {
  const colours = seriesColours(spec, style);
  const series = shownSeries(spec);
  const lines = isLine(spec);
  const endLabels = hasEndLabels(spec, style.phone);
  const { low, high } = extentOf(spec);
  const marked = (spec.marks ?? []).length > 0 && !style.phone;
  return {
    ...baseOption(spec.summary, style),
    grid: {
      left: 4,
      right: endLabels ? 104 : 14,
      top: marked ? 34 : 12,
      bottom: 2,
      outerBoundsMode: "same" as const,
      outerBoundsContain: "axisLabel" as const,
    },
    xAxis: {
      type: "category" as const,
      data: [...spec.ticks],
      boundaryGap: !lines,
      axisLabel: { hideOverlap: true, margin: 10, ...(style.phone ? { interval: Math.max(0, Math.ceil(spec.ticks.length / 4) - 1) } : {}) },
    },
    yAxis: valueAxis(spec.measure, low, high),
    tooltip: {
      trigger: "axis" as const,
      confine: true,
      axisPointer: { type: lines ? ("line" as const) : ("shadow" as const) },
      formatter: (points: unknown) => {
        const first: unknown = Array.isArray(points) ? points[0] : undefined;
        const index = typeof first === "object" && first !== null && "dataIndex" in first ? Number(first.dataIndex) : -1;
        return index < 0 ? "" : tipAt(spec, index, colours);
      },
    },
    series: [
      ...series.flatMap((one) => partsOf({ series: one, colour: colours.get(one.key) ?? "", spec, style, endLabels })),
      ...markLines(spec, style),
    ],
  };
}

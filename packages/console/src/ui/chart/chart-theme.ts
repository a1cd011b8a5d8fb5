/** Series colours: green, blue, orange, purple, ochre, petrol, wine, slate; told apart under three colour blindnesses. */
export const PALETTE = {
  light: ["#2F7D5C", "#4397F1", "#AA5401", "#9655AB", "#AF901C", "#12576D", "#842835", "#828C9B"],
  dark: ["#4FAE86", "#78BFFE", "#D58639", "#A67EE8", "#DBC36A", "#3F859B", "#CC454F", "#CADAE6"],
} as const;

export type ChartMode = keyof typeof PALETTE;

const INK = {
  light: {
    axis: "#C9CFCB",
    label: "#67716B",
    split: "#ECEFED",
    back: "#FFFFFF",
    border: "#DCE0DD",
    text: "#1B1F1D",
    comparison: "#9AA39E",
  },
  dark: { axis: "#4A514D", label: "#8F9994", split: "#2A2F2C", back: "#222624", border: "#373D3A", text: "#E8ECEA", comparison: "#7B8580" },
} as const;

/** The greys a chart is drawn with. */
export function chartInk(mode: ChartMode) {
  return INK[mode];
}

/** The ECharts theme of the look book for one mode. */
export function chartTheme(mode: ChartMode) {
  const ink = INK[mode];
  const axis = {
    axisLine: { lineStyle: { color: ink.axis } },
    axisTick: { show: false },
    axisLabel: { color: ink.label, fontSize: 11 },
    splitLine: { lineStyle: { color: ink.split } },
  };
  return {
    color: [...PALETTE[mode]],
    backgroundColor: "transparent",
    textStyle: { fontFamily: 'Inter, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif', fontSize: 12 },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    line: { symbol: "circle", symbolSize: 5, showSymbol: false, lineStyle: { width: 2 } },
    bar: { barMaxWidth: 36, itemStyle: { borderRadius: [2, 2, 0, 0] } },
    tooltip: {
      backgroundColor: ink.back,
      borderColor: ink.border,
      padding: [8, 10],
      textStyle: { color: ink.text, fontSize: 12 },
      axisPointer: { lineStyle: { color: ink.comparison } },
    },
  };
}

/** Series colours: green, blue, orange, purple, ochre, petrol, wine, slate; told apart under three colour blindnesses. */
export const PALETTE = {
  light: ["#2F7D5C", "#4397F1", "#AA5401", "#9655AB", "#AF901C", "#12576D", "#842835", "#828C9B"],
  dark: ["#4FAE86", "#78BFFE", "#D58639", "#A67EE8", "#DBC36A", "#3F859B", "#CC454F", "#CADAE6"],
} as const;

export type ChartMode = keyof typeof PALETTE;

const SEQUENTIAL = {
  light: ["#EEF5F1", "#CFE3D8", "#A6CBB8", "#78B095", "#4C9474", "#2F7D5C", "#1B5139"],
  dark: ["#1E2A24", "#244235", "#2A5A46", "#33755A", "#43936F", "#6BB894", "#A9DCC4"],
} as const;
/** From favourable over neutral to unfavourable. */
const DIVERGING = {
  light: ["#1F5FB0", "#6C98D3", "#B9CEEA", "#F0F2F1", "#EFD2B0", "#D29350", "#A64B00"],
  dark: ["#1F5FB0", "#6C98D3", "#B9CEEA", "#2A2F2C", "#EFD2B0", "#D29350", "#A64B00"],
} as const;

const INK = {
  light: {
    axis: "#C9CFCB",
    label: "#67716B",
    split: "#ECEFED",
    back: "#FFFFFF",
    border: "#DCE0DD",
    text: "#1B1F1D",
    comparison: "#9AA39E",
    muted: "#DCE0DD",
  },
  dark: {
    axis: "#4A514D",
    label: "#8F9994",
    split: "#2A2F2C",
    back: "#222624",
    border: "#373D3A",
    text: "#E8ECEA",
    comparison: "#7B8580",
    muted: "#3A413D",
  },
} as const;

/** The greys a chart is drawn with. */
export function chartInk(mode: ChartMode) {
  return INK[mode];
}

/** The colour of a slot of the palette. */
export function slotColour(slot: number, mode: ChartMode): string {
  return PALETTE[mode][slot % PALETTE[mode].length] ?? PALETTE[mode][0];
}

const channels = (hex: string): readonly number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

function between(low: string, high: string, part: number): string {
  const [from, to] = [channels(low), channels(high)];
  return `#${from
    .map((value, i) =>
      Math.round(value + ((to[i] ?? value) - value) * part)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** The colour of a value on a scale: sequential from 0 to 1, diverging from −1 (amber) over 0 to 1 (blue). */
export function scaleColour(scale: "sequential" | "diverging", value: number, mode: ChartMode): string {
  const colours = scale === "sequential" ? SEQUENTIAL[mode] : DIVERGING[mode];
  const place = scale === "sequential" ? value : (1 - value) / 2;
  const at = Math.min(1, Math.max(0, place)) * (colours.length - 1);
  const low = Math.min(colours.length - 2, Math.floor(at));
  return between(colours[low] ?? colours[0], colours[low + 1] ?? colours[0], at - low);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channels(hex).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever is read better on a colour. */
export function inkOn(hex: string): string {
  const light = luminance(hex);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.06 ? "#FFFFFF" : "#1B1F1D";
}

/** The ECharts theme of the look book for one mode. */
export function chartTheme(mode: ChartMode) {
  const ink = INK[mode];
  const axis = {
    axisLine: { lineStyle: { color: ink.axis } },
    axisTick: { show: false },
    axisLabel: { color: ink.label, fontSize: 11 },
    nameTextStyle: { color: ink.label, fontSize: 11 },
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

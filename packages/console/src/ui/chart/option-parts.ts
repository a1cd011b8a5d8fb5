import type { AxisScale, Measure } from "../format/measures.ts";
import type { ChartMode } from "./chart-theme.ts";

/** How a chart is to be drawn, besides what it shows. */
export type DrawStyle = {
  readonly mode: ChartMode;
  /** No movement is wanted. */
  readonly still: boolean;
  readonly phone: boolean;
  /** Charts of one scope give a key one colour. */
  readonly colourScope: string;
};

/** A text as it stands in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

export type TipRow = { readonly colour?: string; readonly dashed?: boolean; readonly name: string; readonly value: string };

/** A tooltip: a title, then names and values in two columns, then a remark. */
export function tipHtml(title: string, rows: readonly TipRow[], notes: readonly string[] = []): string {
  const lines = rows.map(({ colour, dashed, name, value }) => {
    const mark = colour === undefined ? "" : `<i style="border-top-color:${colour}"${dashed === true ? ' class="dashed"' : ""}></i>`;
    return `<div class="chart-tip-row"><span>${mark}${escapeHtml(name)}</span><b>${escapeHtml(value)}</b></div>`;
  });
  const after = notes.map((note) => `<div class="chart-tip-note">${escapeHtml(note)}</div>`);
  return `<div class="chart-tip">${escapeHtml(title)}${lines.join("")}${after.join("")}</div>`;
}

const ROUND_STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The end of an axis and the distance of its ticks, round in the unit shown: about four steps from 0 to the largest. */
export function roundAxis(largest: number, scale: AxisScale): { readonly max: number; readonly interval: number } {
  const raw = Math.max(largest, scale.step, Number.EPSILON) / scale.divisor / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = (ROUND_STEPS.find((one) => one * power >= raw * (1 - 1e-9)) ?? 10) * power;
  const interval = Math.max(step * scale.divisor, scale.step);
  return { max: Math.ceil((largest / interval) * (1 - 1e-9)) * interval || interval, interval };
}

/** The value axis for figures between two bounds: it begins at 0 unless figures are below. */
export function valueAxis(measure: Measure, low: number, high: number) {
  const scale = measure.axis(Math.max(Math.abs(low), Math.abs(high)));
  const up = roundAxis(Math.max(high, low < 0 ? -low : 0, 0), scale);
  const bounds =
    low < 0
      ? { max: Math.ceil(high / up.interval) * up.interval, min: Math.floor(low / up.interval) * up.interval }
      : { max: up.max, min: 0 };
  return { type: "value" as const, ...bounds, interval: up.interval, axisLabel: { formatter: scale.tick } };
}

/** What every canvas has in common. */
export function baseOption(summary: string, style: DrawStyle) {
  return {
    animation: !style.still,
    animationDuration: 200,
    animationDurationUpdate: 200,
    aria: { enabled: true, label: { description: summary } },
  };
}

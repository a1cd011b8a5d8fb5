/** A chart as lines, bars and words at places; whoever draws it (SVG, PDF) needs to know nothing of figures. Sizes in px, y downwards. */
export type Mark =
  | { readonly kind: "path"; readonly d: string; readonly colour: string; readonly width: number; readonly dashed: boolean }
  | {
      readonly kind: "bar";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly colour: string;
    }
  | { readonly kind: "dot"; readonly x: number; readonly y: number; readonly radius: number; readonly colour: string }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: "start" | "middle" | "end";
      readonly colour: string;
    };
export type ChartPlan = { readonly width: number; readonly height: number; readonly marks: readonly Mark[] };

export type LineChart = {
  readonly width: number;
  readonly height: number;
  /** The words below the steps. */
  readonly labels: readonly string[];
  readonly values: readonly (number | null)[];
  /** Drawn beside it, grey and dashed: another period. */
  readonly beside: readonly (number | null)[];
  /** How a tick is read. */
  readonly tick: (value: number) => string;
};

const COLOURS = { line: "#2F7D5C", beside: "#9AA39E", grid: "#ECEFED", axis: "#C9CFCB", words: "#67716B" } as const;
const EDGE = { left: 52, right: 12, top: 10, bottom: 22 } as const;
const TICKS = 3;
const LABEL_PX = 64;

/** Plans a line over the steps of a period, with another period beside it. The axis begins at 0 unless something lies below. */
export function planLineChart(chart: LineChart): ChartPlan {
  const known = [...chart.values, ...chart.beside].filter((value) => value !== null);
  const low = Math.min(0, ...known);
  const step = niceStep((Math.max(0, ...known) - low) / TICKS);
  const [from, to] = [Math.floor(low / step) * step, Math.max(Math.ceil(Math.max(0, ...known) / step), 1) * step];
  const inner = { width: chart.width - EDGE.left - EDGE.right, height: chart.height - EDGE.top - EDGE.bottom };
  const x = (index: number): number =>
    EDGE.left + (chart.labels.length < 2 ? inner.width / 2 : (inner.width * index) / (chart.labels.length - 1));
  const y = (value: number): number => EDGE.top + inner.height * (1 - (value - from) / (to - from));
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);
  return {
    width: chart.width,
    height: chart.height,
    marks: [
      ...ticks.flatMap((tick): Mark[] => [
        stroke(`M${EDGE.left} ${round(y(tick))}H${chart.width - EDGE.right}`, tick === 0 ? COLOURS.axis : COLOURS.grid, { width: 1 }),
        { kind: "text", x: EDGE.left - 6, y: round(y(tick) + 4), text: chart.tick(tick), anchor: "end", colour: COLOURS.words },
      ]),
      ...labelsOf(chart, x),
      ...lineOf(chart.beside.slice(0, chart.labels.length), { x, y, colour: COLOURS.beside, dashed: true }),
      ...lineOf(chart.values, { x, y, colour: COLOURS.line, dashed: false }),
    ],
  };
}

function labelsOf({ labels, width, height }: LineChart, x: (index: number) => number): readonly Mark[] {
  const every = Math.max(1, Math.ceil((labels.length * LABEL_PX) / (width - EDGE.left - EDGE.right)));
  return labels.flatMap((text, index): Mark[] => {
    // The last one is always told; one too near to it gives way.
    const isLast = index === labels.length - 1;
    if (!isLast && (index % every !== 0 || labels.length - 1 - index < every)) return [];
    const anchor = isLast && index > 0 ? "end" : index === 0 ? "start" : "middle";
    return [{ kind: "text", x: round(x(index)), y: height - 6, text, anchor, colour: COLOURS.words }];
  });
}

type Drawn = {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  readonly colour: string;
  readonly dashed: boolean;
};

/** A line is broken where a value is unknown; a value alone is a dot. */
function lineOf(values: readonly (number | null)[], { x, y, colour, dashed }: Drawn): readonly Mark[] {
  const runs: (readonly [number, number])[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push([round(x(index)), round(y(value))]);
  }
  return runs.flatMap((run): Mark[] => {
    const [first, ...rest] = run;
    if (first === undefined) return [];
    if (rest.length === 0) return [{ kind: "dot", x: first[0], y: first[1], radius: 2.5, colour }];
    return [
      stroke(`M${first.join(" ")}${rest.map((point) => `L${point.join(" ")}`).join("")}`, colour, { width: dashed ? 1.5 : 2, dashed }),
    ];
  });
}

function stroke(d: string, colour: string, { width, dashed = false }: { readonly width: number; readonly dashed?: boolean }): Mark {
  return { kind: "path", d, colour, width, dashed };
}

/** Finer steps would be lost in the numbers themselves. */
const LEAST_STEP = 1e-12;

/** 1, 2 or 5 times a power of ten, no smaller than asked. */
function niceStep(least: number): number {
  if (!(least > LEAST_STEP)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((times) => times * power >= least) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The chart as SVG, told in words to whoever does not see it. */
export function chartSvg({ width, height, marks }: ChartPlan, label: string): string {
  const drawn = marks.map(svgOf).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-label="${escapeHtml(label)}" font-size="11" font-family="sans-serif">${drawn}</svg>`;
}

function svgOf(mark: Mark): string {
  switch (mark.kind) {
    case "path":
      return `<path d="${mark.d}" fill="none" stroke="${mark.colour}" stroke-width="${mark.width}"${mark.dashed ? ' stroke-dasharray="4 3"' : ""}/>`;
    case "bar":
      return `<rect x="${mark.x}" y="${mark.y}" width="${mark.width}" height="${mark.height}" fill="${mark.colour}"/>`;
    case "dot":
      return `<circle cx="${mark.x}" cy="${mark.y}" r="${mark.radius}" fill="${mark.colour}"/>`;
    case "text":
      return `<text x="${mark.x}" y="${mark.y}" text-anchor="${mark.anchor}" fill="${mark.colour}">${escapeHtml(mark.text)}</text>`;
    default:
      return mark satisfies never;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text as it is, between tags or in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

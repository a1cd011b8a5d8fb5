import { studentQuantile, studentTwoSided } from "../../statistics/distributions.ts";
import type { Series } from "./smoothing.ts";

export const TREND_DIRECTIONS = ["up", "down", "flat"] as const;

/**
 * Where a series is going: the straight line through it by least squares, each phase of the season with a height of its own. Neighbouring intervals are alike, which
 * makes a line look surer than it is: the error is widened by √((1 + r) ÷ (1 − r)), r the correlation of neighbouring distances from the line. `flat` where the
 * interval of the slope holds 0.
 */
export type Trend = {
  readonly direction: (typeof TREND_DIRECTIONS)[number];
  /** A step, in the unit of the series. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  /** What the line gained from the first to the last step, as a share of where it began; null where it began at or below 0. */
  readonly change: number | null;
};

/** The trend of a series; undefined of too few numbers. */
export function trendOf(series: Series, season: number, level: number): Trend | undefined {
  const points = series.flatMap((y, x) => (y === null ? [] : [{ x, y, phase: x % season }]));
  const phases = new Set(points.map(({ phase }) => phase)).size;
  const degrees = points.length - phases - 1;
  if (degrees < 1) return undefined;
  const centre = phaseMeans(points);
  const off = points.map(({ x, y, phase }) => ({ dx: x - (centre.get(phase)?.x ?? 0), dy: y - (centre.get(phase)?.y ?? 0) }));
  const sxx = off.reduce((sum, { dx }) => sum + dx * dx, 0);
  if (sxx === 0) return undefined;
  const slope = off.reduce((sum, { dx, dy }) => sum + dx * dy, 0) / sxx;
  const left = off.map(({ dx, dy }) => dy - slope * dx);
  const squares = left.reduce((sum, each) => sum + each * each, 0);
  const error = Math.sqrt(squares / degrees / sxx) * widening(left, squares);
  const reach = error === 0 ? 0 : studentQuantile((1 + level) / 2, degrees) * error;
  const [low, high] = [slope - reach, slope + reach];
  const middle = points.reduce((sum, { x, y }) => sum + y - slope * x, 0) / points.length;
  return {
    direction: low > 0 ? "up" : high < 0 ? "down" : "flat",
    slope,
    low,
    high,
    p: error === 0 ? (slope === 0 ? 1 : 0) : studentTwoSided(slope / error, degrees),
    change: middle > 0 ? (slope * (series.length - 1)) / middle : null,
  };
}

function phaseMeans(points: readonly { readonly x: number; readonly y: number; readonly phase: number }[]) {
  const sums = new Map<number, { x: number; y: number; n: number }>();
  for (const { x, y, phase } of points) {
    const sum = sums.get(phase) ?? { x: 0, y: 0, n: 0 };
    sums.set(phase, { x: sum.x + x, y: sum.y + y, n: sum.n + 1 });
  }
  return new Map([...sums].map(([phase, { x, y, n }]) => [phase, { x: x / n, y: y / n }]));
}

function widening(left: readonly number[], squares: number): number {
  if (squares === 0) return 1;
  const together = left.slice(1).reduce((sum, each, at) => sum + each * (left[at] ?? 0), 0) / squares;
  const r = Math.min(0.95, Math.max(0, together));
  return Math.sqrt((1 + r) / (1 - r));
}

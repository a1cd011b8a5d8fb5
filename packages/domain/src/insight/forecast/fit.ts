import { lowestPlace } from "./nelder-mead.ts";
import { copyOf, errorOf, expected, startOf, step, type Series, type Shape, type Smoothing, type State } from "./smoothing.ts";

/** A shape with the smoothing that fits a series best, and what it makes of the series. */
export type Fit = {
  readonly shape: Shape;
  readonly smoothing: Smoothing;
  readonly start: State;
  /** Akaike's criterion, corrected for short series; the lower the better. */
  readonly criterion: number;
};

/** A walk over a series: what was expected of each step one step ahead, and the errors in the measure of the shape; the state after it. */
export type Walk = { readonly fitted: readonly number[]; readonly errors: readonly (number | null)[]; readonly state: State };

const ALPHA_MAX = 0.999;
const PHI_MIN = 0.8;
const PHI_MAX = 0.98;

/** The best smoothing of a shape, found by the least squares of one-step errors; undefined where the shape does not suit the numbers. */
export function fitShape(series: Series, shape: Shape): Fit | undefined {
  const start = startOf(series, shape);
  const axes = [
    -1,
    ...(shape.trend === "none" ? [] : [-2]),
    ...(shape.seasonal === "none" ? [] : [-2]),
    ...(shape.trend === "damped" ? [1] : []),
  ];
  const smoothing = smoothingAt(
    shape,
    lowestPlace((at) => cost(series, shape, smoothingAt(shape, at), start), axes),
  );
  const lowest = cost(series, shape, smoothing, start);
  if (!Number.isFinite(lowest)) return undefined;
  const n = series.filter((value) => value !== null).length;
  const free = axes.length + 1 + (shape.trend === "none" ? 0 : 1) + (shape.seasonal === "none" ? 0 : shape.season - 1);
  const correction = n - free - 1 > 0 ? (2 * free * (free + 1)) / (n - free - 1) : 2 * free;
  return { shape, smoothing, start, criterion: lowest + 2 * free + correction };
}

/** Walks over a series from the start of a fit. */
export function walk(series: Series, { shape, smoothing, start }: Pick<Fit, "shape" | "smoothing" | "start">): Walk {
  const state = copyOf(start);
  const fitted: number[] = [];
  const errors: (number | null)[] = [];
  for (const value of series) {
    const mean = expected(shape, smoothing, state);
    const error = value === null ? null : errorOf(shape, value, mean);
    fitted.push(mean);
    errors.push(error);
    step(shape, smoothing, state, error ?? 0);
  }
  return { fitted, errors, state };
}

/** n × log of the sum of squared errors; relative errors besides pay for the size of what they are relative to. */
function cost(series: Series, shape: Shape, smoothing: Smoothing, start: State): number {
  const state = copyOf(start);
  let squares = 0;
  let sizes = 0;
  let n = 0;
  for (const value of series) {
    const mean = expected(shape, smoothing, state);
    if (shape.seasonal === "multiplicative" && !(mean > 0)) return Number.POSITIVE_INFINITY;
    const error = value === null ? 0 : errorOf(shape, value, mean);
    if (value !== null) {
      squares += error * error;
      if (shape.seasonal === "multiplicative") sizes += Math.log(mean);
      n += 1;
    }
    step(shape, smoothing, state, error);
  }
  // What is fitted without an error at all has no logarithm.
  return n * Math.log(Math.max(squares, 1e-300)) + 2 * sizes;
}

/** Anywhere on the axes is a smoothing that can be meant: trend and season follow no faster than the level leaves room for. */
function smoothingAt({ trend, seasonal }: Shape, at: readonly number[]): Smoothing {
  const [first = 0, ...others] = at;
  const alpha = ALPHA_MAX * share(first);
  const beta = trend === "none" ? 0 : alpha * share(others.shift() ?? 0);
  const gamma = seasonal === "none" ? 0 : (1 - alpha) * share(others.shift() ?? 0);
  const phi = trend === "damped" ? PHI_MIN + (PHI_MAX - PHI_MIN) * share(others.shift() ?? 0) : 1;
  return { alpha, beta, gamma, phi };
}

function share(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A number of each interval in turn; null where none is known. */
export type Series = readonly (number | null)[];

export const TREND_SHAPES = ["none", "damped", "linear"] as const;
export const SEASON_SHAPES = ["none", "additive", "multiplicative"] as const;

/** How a series is thought to come about. `season` is its length in intervals; 1 without one. */
export type Shape = {
  readonly season: number;
  readonly trend: (typeof TREND_SHAPES)[number];
  readonly seasonal: (typeof SEASON_SHAPES)[number];
};

/** How fast level (alpha), trend (beta) and season (gamma) follow what happens; the trend keeps a share `phi` of itself from step to step. */
export type Smoothing = { readonly alpha: number; readonly beta: number; readonly gamma: number; readonly phi: number };

/** What is known at a moment; it changes with every step. */
export type State = { level: number; trend: number; readonly seasonals: Float64Array; place: number };

/** A state of its own with the same content. */
export function copyOf(state: State): State {
  return { ...state, seasonals: state.seasonals.slice() };
}

/** What the next number is expected to be. */
export function expected(shape: Shape, { phi }: Smoothing, state: State): number {
  const base = state.level + phi * state.trend;
  const season = state.seasonals[state.place] ?? 0;
  return shape.seasonal === "multiplicative" ? base * season : base + season;
}

/**
 * Steps on by an error against what was expected: of a multiplicative season as a share of it (the model (M,A,M) of Hyndman et al. 2008, "Forecasting with
 * Exponential Smoothing"), else as it is ((A,A,A) and those without season or trend). 0 where nothing is known.
 */
export function step(shape: Shape, { alpha, beta, gamma, phi }: Smoothing, state: State, error: number): void {
  const base = state.level + phi * state.trend;
  const isRelative = shape.seasonal === "multiplicative";
  const size = isRelative ? base : 1;
  state.level = base + alpha * error * size;
  state.trend = phi * state.trend + beta * error * size;
  const season = state.seasonals[state.place] ?? 0;
  state.seasonals[state.place] = season + gamma * error * (isRelative ? season : 1);
  state.place = state.place + 1 === shape.season ? 0 : state.place + 1;
}

/** The error of a number against what was expected, in the measure that `step` takes. */
export function errorOf(shape: Shape, value: number, mean: number): number {
  return shape.seasonal === "multiplicative" ? (value - mean) / mean : value - mean;
}

/** The state before the first number: line and season of the first seasons, each phase by its mean distance from the line. */
export function startOf(series: Series, shape: Shape): State {
  const { season } = shape;
  const seasonals = new Float64Array(season).fill(shape.seasonal === "multiplicative" ? 1 : 0);
  const head = series.slice(0, season === 1 ? 10 : Math.min(3 * season, Math.floor(series.length / season) * season));
  const line = shape.trend === "none" ? { level: meanOf(head), slope: 0 } : lineOf(head, season);
  if (shape.seasonal !== "none") {
    for (let phase = 0; phase < season; phase += 1) {
      const own = head.flatMap((value, at) =>
        value !== null && at % season === phase ? [errorOf(shape, value, line.level + line.slope * (at + 1))] : [],
      );
      seasonals[phase] = (seasonals[phase] ?? 0) + meanOf(own);
    }
  }
  return { level: line.level, trend: line.slope, seasonals, place: 0 };
}

/** The line through the means of the first seasons; without a season through the numbers themselves. The level is that of one step before the first number. */
function lineOf(head: Series, season: number): { readonly level: number; readonly slope: number } {
  if (season === 1) {
    const half = Math.ceil(head.length / 2);
    const [first, last] = [meanOf(head.slice(0, half)), meanOf(head.slice(-half))];
    const slope = head.length > half ? (last - first) / (head.length - half) : 0;
    return { level: first - (slope * (half + 1)) / 2, slope };
  }
  const seasons = Math.max(1, Math.floor(head.length / season));
  const [first, last] = [meanOf(head.slice(0, season)), meanOf(head.slice((seasons - 1) * season, seasons * season))];
  const slope = seasons === 1 ? 0 : (last - first) / ((seasons - 1) * season);
  return { level: first - (slope * (season + 1)) / 2, slope };
}

function meanOf(values: Series): number {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

import { rising, quantile } from "../../statistics/describe.ts";
import { seededDraw } from "../../statistics/random.ts";
import { fitShape, walk, type Fit } from "./fit.ts";
import { copyOf, expected, SEASON_SHAPES, step, TREND_SHAPES, type Series, type Shape } from "./smoothing.ts";

/** Something that looks ahead: Holt-Winters, or the naive repetition of the last season (of the last number, without one). */
export type Model = { readonly kind: "holt_winters"; readonly fit: Fit } | { readonly kind: "naive"; readonly season: number };

/** What is expected of each step ahead, and between which numbers it will lie with a probability. */
export type Ahead = { readonly value: number; readonly low: number; readonly high: number };

/** The shape of a season length that suits the numbers best (Akaike); undefined of too few. */
export function bestFit(series: Series, season: number): Fit | undefined {
  const isPositive = series.every((value) => value === null || value > 0);
  const seasonals =
    season === 1 ? (["none"] as const) : SEASON_SHAPES.filter((each) => each !== "none" && (isPositive || each === "additive"));
  const shapes: readonly Shape[] = seasonals.flatMap((seasonal) => TREND_SHAPES.map((trend) => ({ season, trend, seasonal })));
  return shapes.flatMap((shape) => fitShape(series, shape) ?? []).toSorted((a, b) => a.criterion - b.criterion)[0];
}

/** What a model expects after the series, step by step. */
export function pointsAhead(model: Model, series: Series, horizon: number): readonly number[] {
  if (model.kind === "naive") return Array.from({ length: horizon }, (_, index) => lastLike(series, model.season, index));
  const { shape, smoothing } = model.fit;
  const state = walk(series, model.fit).state;
  return Array.from({ length: horizon }, () => {
    const mean = expected(shape, smoothing, state);
    step(shape, smoothing, state, 0);
    return mean;
  });
}

/** One-step expectations over the series; a naive one has none for its first season. */
export function fittedOf(model: Model, series: Series): Series {
  if (model.kind === "holt_winters") return walk(series, model.fit).fitted;
  return series.map((_, at) => (at < model.season ? null : lastLike(series.slice(0, at), model.season, 0)));
}

/**
 * Points ahead with the interval that holds `level` of the paths which begin here and make errors as the model has made: drawn with replacement from its own errors,
 * centred and widened for what was fitted to them. The draws are those of a fixed seed, so that the same question has the same answer.
 * `total` is of all steps together, told by the sums of the paths. `bounded` holds numbers within what can be.
 */
export function lookAhead(
  model: Model,
  series: Series,
  asked: { readonly horizon: number; readonly level: number; readonly paths: number; readonly bounded: (value: number) => number },
): { readonly steps: readonly Ahead[]; readonly total: Ahead } {
  const { bounded } = asked;
  const errors = errorsOf(model, series);
  const free = pointsAhead(model, series, asked.horizon);
  const points = free.map(bounded);
  const nextPath = errors.length < 2 ? () => free : pathMaker(model, series, free, drawer(errors));
  const paths = Array.from({ length: asked.paths }, () => nextPath().map(bounded));
  return {
    steps: points.map((value, at) =>
      within(
        value,
        paths.map((path) => path[at] ?? value),
        asked.level,
      ),
    ),
    total: within(sumOf(points), paths.map(sumOf), asked.level),
  };
}

/** A number with the interval that holds so much of what was drawn. */
function within(value: number, draws: readonly number[], level: number): Ahead {
  const drawn = rising(draws);
  const low = quantile(drawn, (1 - level) / 2) ?? value;
  const high = quantile(drawn, (1 + level) / 2) ?? value;
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The number one or more seasons before a place ahead (0: the next), the nearest that is known. */
function lastLike(series: Series, season: number, ahead: number): number {
  for (let at = series.length - season + (ahead % season); at >= 0; at -= season) {
    const value = series[at];
    if (value !== null && value !== undefined) return value;
  }
  return series.findLast((value) => value !== null) ?? 0;
}

/** The errors of one step that a model made, centred. Those of the first season are left out where others remain: the season was fitted to them. */
function errorsOf(model: Model, series: Series): readonly number[] {
  if (model.kind === "naive") {
    const fitted = fittedOf(model, series);
    return centred(
      series.flatMap((value, at) => {
        const before = fitted[at];
        return value === null || before === null || before === undefined ? [] : [value - before];
      }),
      0,
    );
  }
  const { season } = model.fit.shape;
  const errors = walk(series, model.fit).errors;
  const from = season > 1 && errors.length >= 3 * season ? season : 0;
  return centred(
    errors.slice(from).filter((error) => error !== null),
    4,
  );
}

function centred(errors: readonly number[], fitted: number): readonly number[] {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const wider = Math.sqrt(errors.length / Math.max(errors.length / 2, errors.length - fitted));
  return errors.map((error) => (error - mean) * wider);
}

/** Makes one path after the other of what may come. */
function pathMaker(model: Model, series: Series, points: readonly number[], draw: () => number): () => readonly number[] {
  if (model.kind === "naive")
    return () => {
      const drift = new Float64Array(model.season);
      return points.map((point, at) => {
        const place = at % model.season;
        drift[place] = (drift[place] ?? 0) + draw();
        return point + (drift[place] ?? 0);
      });
    };
  const { shape, smoothing } = model.fit;
  const now = walk(series, model.fit).state;
  return () => {
    const state = copyOf(now);
    return points.map(() => {
      const mean = expected(shape, smoothing, state);
      const error = draw();
      step(shape, smoothing, state, error);
      return shape.seasonal === "multiplicative" ? mean * (1 + error) : mean + error;
    });
  };
}

/** Draws from some numbers with replacement, always in the same order. */
function drawer(errors: readonly number[]): () => number {
  const draw = seededDraw(20_260_101);
  return () => errors[Math.floor(draw() * errors.length)] ?? 0;
}

import { fail, ok, type Result } from "../../result.ts";
import type { IntervalUnit } from "../time/calendar.ts";
import { errorsOf, naiveScale, originsOf, type Errors, type Origins, type Told } from "./back-test.ts";
import { fitShape } from "./fit.ts";
import { bestFit, fittedOf, lookAhead, pointsAhead, type Ahead, type Model } from "./models.ts";
import { SEASONS } from "./seasons.ts";
import type { Series, Shape } from "./smoothing.ts";
import { trendOf, type Trend } from "./trend-of.ts";

export const HORIZON_MAX = 400;
export const FORECAST_METHODS = ["holt_winters", "naive"] as const;
/** Why a method was taken: it was off least in the back-test; repeating the last season was off least; there is too little to test anything. */
export const FORECAST_REASONS = ["best_in_back_test", "naive_is_better", "too_short_to_test"] as const;

/** What is asked of the future of a series. `level`: the share of paths that the interval is to hold. */
export type ForecastAsked = { readonly unit: IntervalUnit; readonly horizon: number; readonly level?: number | undefined };

/** How the method did on what was already known: told from `origins` moments, each time up to `horizon` steps ahead, with what was known then. */
export type BackTest = {
  readonly origins: number;
  readonly horizon: number;
  readonly model: Errors;
  readonly naive: Errors;
  readonly naiveSeason: number;
  /** Which share of the numbers lay within the interval. */
  readonly coverage: number;
};

export type Forecast = {
  readonly method: (typeof FORECAST_METHODS)[number];
  readonly why: (typeof FORECAST_REASONS)[number];
  /** Length of the season in intervals; 1 without one. */
  readonly season: number;
  /** Of Holt-Winters. */
  readonly shape: Shape | undefined;
  readonly smoothing: { readonly alpha: number; readonly beta: number; readonly gamma: number; readonly phi: number } | undefined;
  readonly level: number;
  /** What was expected of each known step one step ahead. */
  readonly fitted: Series;
  readonly points: readonly Ahead[];
  /** What the points come to together. */
  readonly total: Ahead;
  readonly backTest: BackTest | undefined;
  readonly trend: Trend | undefined;
};

export const LEVEL = 0.9;
const KNOWN_MIN = 3;
export const PATHS = 1_000;
/** Of a back-test the intervals are looked at from each origin: fewer paths tell enough. */
const TEST_PATHS = 200;

/**
 * Looks ahead: Holt-Winters with the season length that was off least in a rolling-origin back-test, or the repetition of the last season where that was better.
 * A series of nothing below 0 is told nothing below 0. Faults: `insight.series_too_short`.
 */
export function forecast(asked: Series, { unit, horizon, level = LEVEL }: ForecastAsked): Result<Forecast> {
  const first = Math.max(
    0,
    asked.findIndex((value) => value !== null),
  );
  const series = asked.slice(first);
  const known = series.filter((value) => value !== null);
  if (known.length < KNOWN_MIN) return tooShort(known.length);
  const bounded = boundOf(known);
  const origins = originsOf(series.length, horizon);
  const chosen = origins === undefined ? undefined : choose(series, { unit, origins, level, bounded });
  const model = chosen?.model ?? { kind: "naive" as const, season: 1 };
  const ahead = lookAhead(model, series, { horizon, level, paths: PATHS, bounded });
  const season = model.kind === "naive" ? model.season : model.fit.shape.season;
  return ok({
    method: model.kind,
    why: chosen === undefined ? "too_short_to_test" : model.kind === "naive" ? "naive_is_better" : "best_in_back_test",
    season,
    shape: model.kind === "naive" ? undefined : model.fit.shape,
    smoothing: model.kind === "naive" ? undefined : model.fit.smoothing,
    level,
    fitted: [
      ...Array.from({ length: first }, () => null),
      ...fittedOf(model, series).map((value) => (value === null ? null : bounded(value))),
    ],
    points: ahead.steps,
    total: ahead.total,
    backTest: chosen?.backTest,
    trend: trendOf(series, season, 0.95),
  });
}

/** Where nothing was below 0, nothing will be. */
export function boundOf(known: readonly number[]): (value: number) => number {
  return known.every((value) => value >= 0) ? (value) => Math.max(0, value) : (value) => value;
}

type Testing = {
  readonly unit: IntervalUnit;
  readonly origins: Origins;
  readonly level: number;
  readonly bounded: (value: number) => number;
};
type Tested = { readonly model: Model; readonly season: number; readonly errors: Errors };

/** The model that was off least, fitted to all numbers. Models are compared by what they make of the numbers before the first origin alone. */
function choose(series: Series, testing: Testing): { readonly model: Model; readonly backTest: BackTest } | undefined {
  const before = series.slice(0, testing.origins.known[0] ?? 0);
  const seasons = [1, ...SEASONS[testing.unit].filter((season) => before.length >= 2 * season)];
  const scale = naiveScale(before, seasons.at(-1) ?? 1);
  const test = (model: Model, season: number): readonly Tested[] => {
    const errors = errorsOf(toldBy(model, series, testing), scale);
    return errors === undefined ? [] : [{ model, season, errors }];
  };
  const naive = best(seasons.flatMap((season) => test({ kind: "naive", season }, season)));
  const smoothed = best(
    seasons.flatMap((season) => {
      const fit = bestFit(before, season);
      return fit === undefined ? [] : test({ kind: "holt_winters", fit }, season);
    }),
  );
  if (naive === undefined) return undefined;
  const winner = smoothed !== undefined && smoothed.errors.mae < naive.errors.mae ? smoothed : naive;
  const backTest = {
    origins: testing.origins.known.length,
    horizon: testing.origins.horizon,
    model: winner.errors,
    naive: naive.errors,
    naiveSeason: naive.season,
    coverage: coverageOf(winner.model, series, testing),
  };
  if (winner.model.kind === "naive") return { model: winner.model, backTest };
  const fit = fitShape(series, winner.model.fit.shape);
  return { model: fit === undefined ? winner.model : { kind: "holt_winters", fit }, backTest };
}

function best(tested: readonly Tested[]): Tested | undefined {
  return tested.toSorted((a, b) => a.errors.mae - b.errors.mae)[0];
}

function toldBy(model: Model, series: Series, { origins, bounded }: Testing): readonly Told[] {
  return origins.known.flatMap((known) => {
    const points = pointsAhead(model, series.slice(0, known), origins.horizon);
    return points.flatMap((point, ahead) => {
      const actual = series[known + ahead];
      return actual === null || actual === undefined ? [] : [{ actual, forecast: bounded(point) }];
    });
  });
}

function coverageOf(model: Model, series: Series, { origins, level, bounded }: Testing): number {
  const within = origins.known.flatMap((known) =>
    lookAhead(model, series.slice(0, known), { horizon: origins.horizon, level, paths: TEST_PATHS, bounded }).steps.flatMap(
      ({ low, high }, ahead) => {
        const actual = series[known + ahead];
        return actual === null || actual === undefined ? [] : [actual >= low && actual <= high ? 1 : 0];
      },
    ),
  );
  return within.length === 0 ? 0 : within.reduce<number>((sum, each) => sum + each, 0) / within.length;
}

function tooShort(known: number): Result<never> {
  return fail("insight.series_too_short", {
    field: "period",
    mend: `Choose a longer period or a shorter interval; a forecast needs at least ${KNOWN_MIN} complete intervals with a figure`,
    details: { known, least: KNOWN_MIN },
  });
}

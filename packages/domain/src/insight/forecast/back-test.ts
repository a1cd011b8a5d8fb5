import type { Series } from "./smoothing.ts";

/**
 * How far some forecasts were off. `mape`: mean of |error| ÷ |actual| where the actual is not 0 (`mapeOf` of them); `smape`: of 2|error| ÷ (|actual| + |forecast|);
 * `mase`: mean |error| ÷ that of repeating the season one step ahead over the numbers before (Hyndman and Koehler 2006); below 1 is better than that.
 */
export type Errors = {
  readonly n: number;
  readonly mae: number;
  readonly mape: number | null;
  readonly mapeOf: number;
  readonly smape: number;
  readonly mase: number | null;
};

export type Told = { readonly actual: number; readonly forecast: number };

/** The errors of what was told; undefined of nothing. `scale` is the mean |error| of the seasonal naive one. */
export function errorsOf(told: readonly Told[], scale: number | null): Errors | undefined {
  if (told.length === 0) return undefined;
  const off = told.map(({ actual, forecast }) => Math.abs(actual - forecast));
  const relative = told.flatMap(({ actual, forecast }) => (actual === 0 ? [] : [Math.abs((actual - forecast) / actual)]));
  const mae = meanOf(off);
  return {
    n: told.length,
    mae,
    mape: relative.length === 0 ? null : meanOf(relative),
    mapeOf: relative.length,
    smape: meanOf(
      told.map(({ actual, forecast }, at) => (off[at] === 0 ? 0 : (2 * (off[at] ?? 0)) / (Math.abs(actual) + Math.abs(forecast)))),
    ),
    mase: scale === null || scale === 0 ? null : mae / scale,
  };
}

/** The mean distance of each number from the one a season before; null where there is none. */
export function naiveScale(series: Series, season: number): number | null {
  const off = series.flatMap((value, at) => {
    const before = series[at - season];
    return value === null || before === null || before === undefined ? [] : [Math.abs(value - before)];
  });
  return off.length === 0 ? null : meanOf(off);
}

/** Where a back-test looks ahead from: so many numbers are known each time, and as many of the next are told. */
export type Origins = { readonly known: readonly number[]; readonly horizon: number };

const ORIGINS_MAX = 8;
const KNOWN_MIN = 8;

/** Rolling origins over the last part of a series: up to eight, from half of the series on; undefined where it is too short to be tested. */
export function originsOf(length: number, horizon: number): Origins | undefined {
  const least = Math.max(KNOWN_MIN, Math.ceil(length / 2));
  const ahead = Math.min(horizon, Math.floor(length / 4));
  const last = length - ahead;
  if (ahead < 1 || last < least) return undefined;
  const apart = Math.max(1, Math.ceil(ahead / 4));
  const count = Math.min(ORIGINS_MAX, Math.floor((last - least) / apart) + 1);
  return { known: Array.from({ length: count }, (_, index) => last - (count - 1 - index) * apart), horizon: ahead };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorsOf, naiveScale, originsOf } from "./back-test.ts";
import { forecast, type ForecastAsked } from "./forecast.ts";
import { walk } from "./fit.ts";
import { lowestPlace } from "./nelder-mead.ts";
import type { Series } from "./smoothing.ts";
import { trendOf } from "./trend-of.ts";

/** Box and Jenkins, Time Series Analysis (1976), series G: passengers of airlines by month, 1949 to 1960, thousands. */
const AIRLINE =
  `112 118 132 129 121 135 148 148 136 119 104 118 115 126 141 135 125 149 170 170 158 133 114 140 145 150 178 163 172 178 199 199 184 162 146 166
171 180 193 181 183 218 230 242 209 191 172 194 196 196 236 235 229 243 264 272 237 211 180 201 204 188 235 227 234 264 302 293 259 229 203 229
242 233 267 269 270 315 364 347 312 274 237 278 284 277 317 313 318 374 413 405 355 306 271 306 315 301 356 348 355 422 465 467 404 347 305 336
340 318 362 348 363 435 491 505 404 359 310 337 360 342 406 396 420 472 548 559 463 407 362 405 417 391 419 461 472 535 622 606 508 461 390 432`
    .split(/\s+/)
    .map(Number);

function told(series: Series, asked: ForecastAsked) {
  const found = forecast(series, asked);
  if (!found.ok) throw new Error(found.fault.code);
  return found.value;
}

/** Normal numbers of a seed (mulberry32, Box and Muller): the noise of made series. */
function noise(seed: number): () => number {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return (((word ^ (word >>> 14)) >>> 0) + 1) / 4_294_967_297;
  };
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}
const WEEK = [-30, -20, -10, 0, 10, 25, 25];
const weekly = (length: number, { slope = 0.5, spread = 5, seed = 1, level = 200 } = {}): number[] => {
  const draw = noise(seed);
  return Array.from({ length }, (_, at) => level + slope * at + (WEEK[at % 7] ?? 0) + spread * draw());
};

describe("the search for the lowest place", () => {
  test("finds that of Rosenbrock's valley, where searches lose their way", () => {
    const valley = ([x = 0, y = 0]: readonly number[]): number => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    const [x, y] = lowestPlace(valley, [-1.2, 1], { stepsMax: 500, close: 1e-14 });
    expect(x).toBeCloseTo(1, 4);
    expect(y).toBeCloseTo(1, 4);
  });
});

describe("smoothing", () => {
  test("steps as the equations of Hyndman and Athanasopoulos (Forecasting: Principles and Practice, §8.3) say", () => {
    const shape = { season: 2, trend: "linear", seasonal: "additive" } as const;
    const smoothing = { alpha: 0.5, beta: 0.2, gamma: 0.1, phi: 1 };
    const start = { level: 10, trend: 1, seasonals: Float64Array.from([2, -2]), place: 0 };
    const { fitted, state } = walk([15, 9], { shape, smoothing, start });
    // ŷ = 10 + 1 + 2; error 2: level 12, trend 1.4, season 2.2. Then ŷ = 12 + 1.4 − 2; error −2.4: level 12.2, trend 0.92, season −2.24.
    expect(fitted).toEqual([13, 11.4]);
    expect(state.level).toBeCloseTo(12.2, 12);
    expect(state.trend).toBeCloseTo(0.92, 12);
    expect([...state.seasonals].map((each) => Number(each.toFixed(6)))).toEqual([2.2, -2.24]);
  });
});

describe("a forecast", () => {
  test("of the airline's last year has a third of the error of repeating the year before, and holds the year within its interval", () => {
    const found = told(AIRLINE.slice(0, -12), { unit: "month", horizon: 12, level: 0.95 });
    expect(found).toMatchObject({ method: "holt_winters", season: 12, why: "best_in_back_test" });
    const year = AIRLINE.slice(-12);
    const told12 = found.points.map(({ value }, at) => ({ actual: year[at] ?? 0, forecast: value }));
    const before = year.map((actual, at) => ({ actual, forecast: AIRLINE[AIRLINE.length - 24 + at] ?? 0 }));
    const [own, naive] = [errorsOf(told12, null)?.mape ?? 1, errorsOf(before, null)?.mape ?? 0];
    expect(own).toBeLessThan(0.05);
    expect(own).toBeLessThan(naive / 2);
    expect(found.points.filter(({ low, high }, at) => (year[at] ?? 0) >= low && (year[at] ?? 0) <= high).length).toBeGreaterThanOrEqual(10);
    expect(found.backTest?.model.mae ?? 9).toBeLessThan(found.backTest?.naive.mae ?? 0);
    expect(found.trend?.direction).toBe("up");
  });
  test("finds the season, the trend and the level of a made series", () => {
    const found = told(weekly(140), { unit: "day", horizon: 14 });
    expect(found).toMatchObject({ method: "holt_winters", season: 7, trend: { direction: "up" } });
    expect(found.trend?.slope ?? 0).toBeGreaterThan(0.45);
    expect(found.trend?.slope ?? 0).toBeLessThan(0.55);
    for (const [at, { value }] of found.points.entries()) {
      const truth = 200 + 0.5 * (140 + at) + (WEEK[at % 7] ?? 0);
      expect(Math.abs(value - truth)).toBeLessThan(8);
    }
    expect(found.fitted).toHaveLength(140);
  });
  test("the interval holds what it says: nine of ten numbers over made series, within 7 points", () => {
    const held = Array.from({ length: 30 }, (_, seed) => {
      const series = weekly(147, { seed: seed + 10, slope: 0 });
      const { points } = told(series.slice(0, 133), { unit: "day", horizon: 14, level: 0.9 });
      return points.filter(({ low, high }, at) => (series[133 + at] ?? 0) >= low && (series[133 + at] ?? 0) <= high).length / 14;
    });
    const share = held.reduce((sum, each) => sum + each, 0) / held.length;
    expect(share).toBeGreaterThan(0.83);
    expect(share).toBeLessThan(0.97);
  });
  test("says so where repeating is better, and repeats", () => {
    // What jumps at random is best told by its last number.
    const draw = noise(4);
    let at = 500;
    const walked = Array.from({ length: 120 }, () => (at += Math.round(10 * draw())));
    const found = told(walked, { unit: "year", horizon: 6 });
    if (found.method === "naive") expect(found.points.every(({ value }) => value === walked.at(-1))).toBe(true);
    const flat = told(
      Array.from({ length: 60 }, () => 40),
      { unit: "day", horizon: 7 },
    );
    expect(flat).toMatchObject({ method: "naive", why: "naive_is_better", trend: { direction: "flat", slope: 0 } });
    expect(flat.points.every(({ value, low, high }) => value === 40 && low === 40 && high === 40)).toBe(true);
  });
  test("of three numbers repeats the last, of fewer is refused", () => {
    expect(told([null, 3, 5, 4], { unit: "day", horizon: 2 })).toMatchObject({
      method: "naive",
      why: "too_short_to_test",
      points: [{ value: 4 }, { value: 4 }],
      fitted: [null, null, 3, 5],
      backTest: undefined,
    });
    expect(forecast([null, 3, null, 4], { unit: "day", horizon: 2 })).toMatchObject({
      ok: false,
      fault: { code: "insight.series_too_short", details: { known: 2, least: 3 } },
    });
    expect(forecast([], { unit: "day", horizon: 2 })).toMatchObject({ ok: false });
  });
  test("steps over what is missing, and takes noughts for numbers", () => {
    const series: (number | null)[] = weekly(120);
    for (const at of [20, 55, 56, 90]) series[at] = null;
    const found = told(series, { unit: "day", horizon: 7 });
    expect(found).toMatchObject({ method: "holt_winters", season: 7 });
    for (const [at, { value }] of found.points.entries())
      expect(Math.abs(value - (260 + 0.5 * at + (WEEK[(120 + at) % 7] ?? 0)))).toBeLessThan(12);
    const seldom = told(
      Array.from({ length: 90 }, (_, at) => (at % 9 === 0 ? 3 : 0)),
      { unit: "day", horizon: 10 },
    );
    for (const { value, low } of seldom.points) expect(value >= 0 && low >= 0).toBe(true);
    expect(seldom.backTest?.model.mapeOf).toBeLessThan(seldom.backTest?.model.n ?? 0);
  });
  test("of anything is finite, ordered, not below 0 where nothing was, and the same each time", { timeout: 60_000 }, () => {
    const value = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }) }, { weight: 1, arbitrary: fc.constant(null) });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 3, maxLength: 60 }),
        fc.constantFrom("day" as const, "month" as const, "hour" as const),
        (series, unit) => {
          fc.pre(series.filter((each) => each !== null).length >= 3);
          const found = told(series, { unit, horizon: 9 });
          expect(found.points).toHaveLength(9);
          expect(found.fitted).toHaveLength(series.length);
          for (const { value: point, low, high } of found.points) {
            expect(Number.isFinite(point) && Number.isFinite(low) && Number.isFinite(high)).toBe(true);
            expect(low <= point && point <= high && low >= 0).toBe(true);
          }
          expect(told(series, { unit, horizon: 9 })).toEqual(found);
        },
      ),
      { numRuns: 40 },
    );
  });
  test("takes its time with the length of the series", () => {
    const found = told(weekly(1_000), { unit: "hour", horizon: 48 });
    expect(found.points).toHaveLength(48);
  });
});

describe("a back-test", () => {
  test("looks ahead only from where enough is known, up to eight times, and ends with the series", () => {
    expect(originsOf(7, 3)).toBeUndefined();
    expect(originsOf(100, 10)).toEqual({ known: [69, 72, 75, 78, 81, 84, 87, 90], horizon: 10 });
    expect(originsOf(40, 400)).toEqual({ known: [21, 24, 27, 30], horizon: 10 });
  });
  test("reckons its errors by their definitions", () => {
    const errors = errorsOf(
      [
        { actual: 10, forecast: 8 },
        { actual: 0, forecast: 1 },
        { actual: 5, forecast: 5 },
      ],
      2,
    );
    expect(errors).toMatchObject({ n: 3, mae: 1, mape: 0.1, mapeOf: 2, mase: 0.5 });
    expect(errors?.smape).toBeCloseTo((4 / 18 + 2 + 0) / 3, 12);
    expect(naiveScale([1, 2, null, 6, 4], 2)).toBe(4);
  });
});

describe("a trend", () => {
  test("of noise is hardly ever found: at 95 % in at most one of ten series that go nowhere", () => {
    const found = Array.from({ length: 100 }, (_, seed) => trendOf(weekly(70, { seed: seed + 100, slope: 0 }), 7, 0.95)?.direction);
    expect(found.filter((direction) => direction !== "flat").length).toBeLessThanOrEqual(10);
  });
  test("is not taken from the season", () => {
    expect(trendOf([1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3], 7, 0.95)?.direction).toBe("flat");
    expect(trendOf([9, 8, 7, 6.5, 5, 4], 1, 0.95)?.direction).toBe("down");
    expect(trendOf([9, null], 1, 0.95)).toBeUndefined();
  });
});

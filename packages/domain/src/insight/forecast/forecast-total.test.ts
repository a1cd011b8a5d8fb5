import { assert, array, double, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { forecast } from "./forecast.ts";
import { forecastTotal, stepsForTotal } from "./forecast-total.ts";

const YEAR = 12;
const asked = { unit: "month", horizon: YEAR } as const;
const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
/** Months that grow with a season in them. */
const grown = (months: number) => Array.from({ length: months }, (_, at) => 100 + 2 * at + 20 * Math.sin((at / YEAR) * 2 * Math.PI));

describe("what the next months come to together", () => {
  test("follows what grows with a season, within an interval narrower than that of the months added up", () => {
    const noisy = grown(60).map((value, at) => value + ((at * 7) % 11) - 5);
    const told = forecastTotal(noisy, asked);
    const steps = forecast(noisy, asked);
    if (!told.ok || !steps.ok) throw new Error("too short");
    expect(told.value.value).toBeCloseTo(sum(steps.value.points.map(({ value }) => value)), 6);
    const width = sum(steps.value.points.map(({ low, high }) => high - low));
    expect(told.value.high - told.value.low).toBeLessThan(width);
    expect(told.value).toMatchObject({ errors: { n: 8 }, level: 0.9 });
    expect(told.value.errors.mape ?? 1).toBeLessThan(0.1);
  });

  test("repeats the last year exactly where every year was the same", () => {
    const same = Array.from({ length: 36 }, (_, at) => 10 + (at % YEAR));
    expect(forecastTotal(same, asked)).toMatchObject({
      ok: true,
      value: { value: 186, low: 186, high: 186, errors: { n: 8, mae: 0 }, coverage: 1 },
    });
  });

  test("is tried at each moment by what was known then alone, in the way that was off least", () => {
    assert(
      property(array(double({ min: 0, max: 1_000, noNaN: true }), { minLength: 24, maxLength: 40 }), (series) => {
        const told = forecastTotal(series, asked);
        if (!told.ok) throw new Error("too short");
        const moments = series
          .map((_, at) => at)
          .filter((at) => at >= YEAR && at + YEAR <= series.length)
          .slice(-8);
        const actual = (at: number) => sum(series.slice(at, at + YEAR));
        const off = (ahead: (at: number) => number) => sum(moments.map((at) => Math.abs(actual(at) - ahead(at)))) / moments.length;
        const chosen = off((at) => {
          const then = forecast(series.slice(0, at), asked);
          if (!then.ok) throw new Error("too short");
          return then.value.total.value;
        });
        const repeated = off((at) => sum(series.slice(at - YEAR, at)));
        expect(told.value.errors.n).toBe(moments.length);
        expect(told.value.errors.mae).toBeCloseTo(Math.min(chosen, repeated), 6);
        if (repeated < chosen) expect(told.value.value).toBeCloseTo(sum(series.slice(-YEAR)), 6);
        expect(told.value.low <= told.value.value && told.value.value <= told.value.high && told.value.low >= 0).toBe(true);
        expect(forecastTotal(series, asked)).toEqual(told);
      }),
      { numRuns: 10 },
    );
  });

  test("is not told of fewer months than it can be tried on once", () => {
    assert(
      property(integer({ min: 0, max: stepsForTotal(YEAR) - 1 }), (months) => {
        expect(forecastTotal(grown(months), asked)).toMatchObject({ ok: false, fault: { code: "insight.series_too_short" } });
      }),
    );
    expect(forecastTotal(grown(stepsForTotal(YEAR)), asked).ok).toBe(true);
  });
});

import { describe, expect, test } from "vitest";
import { anomalyBaseline } from "./anomaly-baseline.ts";

/** Numbers in (0, 1) of a seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return (((word ^ (word >>> 14)) >>> 0) + 1) / 4_294_967_297;
  };
}
const normal = (next: () => number): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
/** A count that is expected to be so large (Poisson: the exponential waits that fit into it). */
function count(mean: number, next: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(next)));
  let waited = -Math.log(next());
  let found = 0;
  while (waited < mean) {
    found += 1;
    waited -= Math.log(next());
  }
  return found;
}
const WEEK = [0.7, 0.8, 0.9, 1, 1.1, 1.3, 1.2];
type Made = { readonly level: number; readonly length: number; readonly seed: number; readonly slope?: number };
const orders = ({ level, length, seed, slope = 0 }: Made): number[] => {
  const next = uniform(seed);
  return Array.from({ length }, (_, at) => count((level + slope * at) * (WEEK[at % 7] ?? 1), next));
};

describe("a baseline", () => {
  test("raises few false alarms: at one in a thousand asked for, below four in a thousand of 5,000 days of orders, few or many, with a week and a trend", () => {
    let alarms = 0;
    let days = 0;
    for (const [index, level] of [3, 20, 200, 2_000].entries())
      for (let seed = 0; seed < 8; seed += 1) {
        const told = anomalyBaseline(orders({ level, length: 190, seed: seed + 100 * index, slope: level / 400 }), { unit: "day" });
        const judged = told.filter(({ expected }) => expected !== null);
        alarms += judged.filter(({ isAnomaly }) => isAnomaly).length;
        days += judged.length;
      }

    expect(days).toBeGreaterThan(5_000);
    expect(alarms / days).toBeLessThan(0.004);
  });
  test("finds what was planted: a day at half, a day at double, an outage of nothing", () => {
    let found = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const series = orders({ level: 200, length: 120, seed });
      for (const [at, times] of [
        [80, 0.5],
        [95, 2],
        [110, 0],
      ] as const)
        series[at] = Math.round((series[at] ?? 0) * times);
      const told = anomalyBaseline(series, { unit: "day" });
      found += [80, 95, 110].filter((at) => told[at]?.isAnomaly).length;
    }
    expect(found).toBeGreaterThanOrEqual(58);
  });
  test("a Sunday is no anomaly for being a Sunday, and one wild day changes the band of the next little", () => {
    const series = orders({ level: 500, length: 100, seed: 7 });
    const calm = anomalyBaseline(series, { unit: "day" });
    const wild = anomalyBaseline(series.with(90, 50_000), { unit: "day" });
    expect(wild[90]?.isAnomaly).toBe(true);
    for (const at of [91, 92, 97, 98]) {
      expect(wild[at]?.isAnomaly).toBe(false);
      expect(Math.abs((wild[at]?.expected ?? 0) / (calm[at]?.expected ?? 1) - 1)).toBeLessThan(0.08);
    }
  });
  test("knows nothing of the first weeks, nor of what is missing, and looks only back", () => {
    const series: (number | null)[] = orders({ level: 50, length: 80, seed: 3 });
    series[70] = null;
    const told = anomalyBaseline(series, { unit: "day" });
    expect(told[5]).toEqual({ expected: null, low: null, high: null, score: null, isAnomaly: false });
    expect(told[70]).toMatchObject({ score: null, isAnomaly: false });
    expect(told[70]?.expected).not.toBeNull();
    expect(anomalyBaseline(series.slice(0, 75), { unit: "day" })[74]).toEqual(told[74]);
  });
  test("of numbers that never changed lets a small step pass and tells a large one; hours have their day", () => {
    const flat = Array.from({ length: 60 }, () => 100);
    expect(anomalyBaseline([...flat, 104], { unit: "day" }).at(-1)?.isAnomaly).toBe(false);
    expect(anomalyBaseline([...flat, 180], { unit: "day" }).at(-1)?.isAnomaly).toBe(true);
    const next = uniform(5);
    const hours = Array.from({ length: 24 * 14 }, (_, at) => count(at % 24 < 8 ? 2 : 60, next));
    const told = anomalyBaseline([...hours, 2, 70], { unit: "hour" });
    expect(told.at(-1)).toMatchObject({ isAnomaly: true });
    expect(told.at(-2)).toMatchObject({ isAnomaly: false });
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fisherInterval, pearson, ranks, spearman } from "./correlation.ts";
import { describeNumbers, mean, quantile, rising, robustDeviation, skewness, standardDeviation, total } from "./describe.ts";
import { chiSquareUpper, logGamma, normalQuantile, normalTwoSided, studentQuantile, studentTwoSided } from "./distributions.ts";
import { adjustedForMany, twoProportions } from "./significance.ts";

const numbers = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 4, maxLength: 40 });
/** Anscombe, "Graphs in Statistical Analysis", The American Statistician 27 (1973), set I. */
const ANSCOMBE = {
  x: [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
  y: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
};
describe("distributions", () => {
  test("have the values of printed tables (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7)", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
    expect(normalQuantile(0.05)).toBeCloseTo(-1.644854, 6);
    expect(normalTwoSided(1)).toBeCloseTo(0.3173105, 7);
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.228139, 6);
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706205, 5);
    expect(studentQuantile(0.99, 30)).toBeCloseTo(2.457262, 6);
    expect(chiSquareUpper(3.841459, 1)).toBeCloseTo(0.05, 7);
    expect(chiSquareUpper(18.307038, 10)).toBeCloseTo(0.05, 7);
    expect(logGamma(10)).toBeCloseTo(Math.log(362_880), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });
  test("a quantile keeps below what it says", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 200 }), (probability, degrees) => {
        const t = studentQuantile(probability, degrees);
        const below = t < 0 ? studentTwoSided(t, degrees) / 2 : 1 - studentTwoSided(t, degrees) / 2;
        expect(below).toBeCloseTo(probability, 9);
      }),
    );
  });
});

describe("descriptive statistics", () => {
  test("of NIST's reference data sets NumAcc1 to NumAcc4 are the certified ones", () => {
    const swinging = (base: number, low: number, high: number): number[] => [
      base,
      ...Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? low : high)),
    ];
    expect(describeNumbers([10_000_001, 10_000_003, 10_000_002])).toMatchObject({ mean: 10_000_002, sd: 1, median: 10_000_002 });
    expect(mean(swinging(1.2, 1.1, 1.3))).toBeCloseTo(1.2, 14);
    expect(standardDeviation(swinging(1.2, 1.1, 1.3))).toBeCloseTo(0.1, 14);
    expect(standardDeviation(swinging(1_000_000.2, 1_000_000.1, 1_000_000.3))).toBeCloseTo(0.1, 9);
    expect(standardDeviation(swinging(10_000_000.2, 10_000_000.1, 10_000_000.3))).toBeCloseTo(0.1, 8);
  });
  test("quantiles are of type 7, and the skew that of a spreadsheet (Excel: SKEW)", () => {
    // R: quantile(1:10, c(.25, .9)) and the quartiles of Hyndman and Fan, The American Statistician 50 (1996).
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect([quantile(ten, 0.25), quantile(ten, 0.5), quantile(ten, 0.9)]).toEqual([3.25, 5.5, 9.1]);
    expect(skewness([3, 4, 5, 2, 3, 4, 5, 6, 4, 7])).toBeCloseTo(0.359543, 6);
    expect(robustDeviation([1, 1, 2, 2, 4, 6, 9])).toBeCloseTo(1.4826, 12);
  });
  test("of too few numbers are none", () => {
    expect(describeNumbers([])).toEqual({
      n: 0,
      sum: 0,
      mean: null,
      median: null,
      sd: null,
      min: null,
      max: null,
      q1: null,
      q3: null,
      skew: null,
    });
    expect(describeNumbers([5])).toMatchObject({ n: 1, mean: 5, median: 5, sd: null, q1: 5, skew: null });
    expect(describeNumbers([5, 5, 5])).toMatchObject({ sd: 0, skew: null });
  });
  test("move with the numbers and stretch with them", () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 9 }), (values, by, times) => {
        const [was, is] = [describeNumbers(values), describeNumbers(values.map((value) => value * times + by))];
        expect(is.mean ?? 0).toBeCloseTo((was.mean ?? 0) * times + by, 8);
        expect(is.median ?? 0).toBeCloseTo((was.median ?? 0) * times + by, 8);
        expect(is.sd ?? 0).toBeCloseTo((was.sd ?? 0) * times, 8);
        expect(total(values)).toBe(values.reduce((sum, value) => sum + value, 0));
        expect(quantile(rising(values), 0)).toBe(Math.min(...values));
        expect(quantile(rising(values), 1)).toBe(Math.max(...values));
      }),
    );
  });
});

describe("correlation", () => {
  test("Pearson's of Anscombe's first set, with R's p-value and interval (cor.test)", () => {
    const found = pearson(ANSCOMBE.x, ANSCOMBE.y);
    expect(found.n).toBe(11);
    expect(found.coefficient).toBeCloseTo(0.8164205, 7);
    expect(found.p).toBeCloseTo(0.00217, 5);
    expect(found.low).toBeCloseTo(0.4243912, 6);
    expect(found.high).toBeCloseTo(0.9506933, 6);
  });
  test("Spearman's of IQ and hours of television (Wikipedia, Spearman's rank correlation coefficient: −29 ÷ 165, p = 0.627188)", () => {
    const found = spearman([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]);
    expect(found.coefficient).toBeCloseTo(-29 / 165, 12);
    expect(found.p).toBeCloseTo(0.627188, 6);
  });
  test("equal numbers share their rank", () => {
    expect(ranks([7, 3, 7, 1, 7])).toEqual([4, 2, 4, 1, 4]);
  });
  test("is none of a measure that never changes, and has no p of two pairs", () => {
    expect(pearson([1, 1, 1], [1, 2, 3])).toEqual({ n: 3, coefficient: null, p: null, low: null, high: null });
    expect(pearson([1, 2], [5, 3])).toMatchObject({ p: null, low: null });
    expect(pearson([1, 2], [5, 3]).coefficient).toBeCloseTo(-1, 12);
    expect(fisherInterval(1, 10, { level: 0.95, variance: 1 })).toEqual({ low: 1, high: 1 });
  });
  test("is the same either way round, within its interval, and stays under a rising change of scale", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), { minLength: 5, maxLength: 30 }),
        (pairs) => {
          const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
          const found = pearson(xs, ys);
          fc.pre(found.coefficient !== null);
          expect(pearson(ys, xs).coefficient ?? 0).toBeCloseTo(found.coefficient ?? 0, 12);
          expect(
            pearson(
              xs.map((x) => 3 * x - 7),
              ys,
            ).coefficient ?? 0,
          ).toBeCloseTo(found.coefficient ?? 0, 10);
          expect((found.low ?? 0) <= (found.coefficient ?? 0) + 1e-12 && (found.coefficient ?? 0) <= (found.high ?? 0) + 1e-12).toBe(true);
          expect(
            spearman(
              xs.map((x) => x ** 3),
              ys,
            ).coefficient,
          ).toBeCloseTo(spearman(xs, ys).coefficient ?? 0, 12);
        },
      ),
    );
  });
});

describe("significance", () => {
  test("of two shares: the Physicians' Health Study (Agresti, An Introduction to Categorical Data Analysis, 2007, §2.2)", () => {
    const found = twoProportions({ part: 189, whole: 11_034 }, { part: 104, whole: 11_037 });
    expect(found?.difference).toBeCloseTo(0.0077, 4);
    expect(found?.low).toBeCloseTo(0.0047, 4);
    expect(found?.high).toBeCloseTo(0.0107, 4);
    expect((found?.z ?? 0) ** 2).toBeCloseTo(25.014, 3);
  });
  test("of nobody is none", () => {
    expect(twoProportions({ part: 0, whole: 0 }, { part: 1, whole: 2 })).toBeUndefined();
    expect(twoProportions({ part: 0, whole: 3 }, { part: 0, whole: 2 })).toMatchObject({ difference: 0, p: null });
  });
  test("for many at once: the example of Benjamini and Hochberg (J. R. Statist. Soc. B 57, 1995): four of fifteen at 0.05", () => {
    const ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
    const found = adjustedForMany([...ps.toReversed(), null]);
    expect(found.filter((p) => p !== null && p <= 0.05)).toHaveLength(4);
    expect(found[11]).toBeCloseTo((0.0095 * 15) / 4, 12);
    expect(found.at(-1)).toBeNull();
  });
  test("adjusted for many is no less than it was, and keeps the order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (ps) => {
        const found = adjustedForMany(ps).map((p) => p ?? -1);
        for (const [a, p] of ps.entries()) {
          expect(found[a]).toBeGreaterThanOrEqual(p);
          for (const [b, q] of ps.entries()) if (p < q) expect(found[a] ?? 0).toBeLessThanOrEqual(found[b] ?? 0);
        }
      }),
    );
  });
});

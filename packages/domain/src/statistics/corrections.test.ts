import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adjustedInterval, adjustedPs, CORRECTIONS, type Correction } from "./corrections.ts";

/** The examples of GrowthBook's "pvalue correction method" tests; Benjamini and Hochberg's also from R's p.adjust. */
describe("p-values pay for how many were looked at", () => {
  const told = (ps: readonly (number | null)[], by: Correction): readonly (number | null)[] =>
    adjustedPs(ps, by).map((p) => (p === null ? null : Number(p.toFixed(8))));
  test("by Holm", () => {
    expect(told([0.01, 0.04, 0.03, 0.005, 0.55, 0.6], "holm")).toEqual([0.05, 0.12, 0.12, 0.03, 1, 1]);
    expect(told([0.025, null, 0.03], "holm")).toEqual([0.05, null, 0.05]);
  });
  test("by Benjamini and Hochberg", () => {
    expect(told([0.898, 0.138, 0.007, 0.964, 0.538, 0.006, 0.138], "benjamini_hochberg")).toEqual([
      0.964, 0.2415, 0.0245, 0.964, 0.7532, 0.0245, 0.2415,
    ]);
    expect(told([0.025, 0.03], "benjamini_hochberg")).toEqual([0.03, 0.03]);
  });
  test("by Bonferroni", () => {
    expect(told([0.01, 0.4, null, 0.02], "bonferroni")).toEqual([0.03, 1, null, 0.06]);
    expect(told([0.2], "none")).toEqual([0.2]);
  });
  test("never fall, keep their order, and Holm finds at least what Bonferroni does", () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ps, fc.constantFrom(...CORRECTIONS), (values, by) => {
        const found = adjustedPs(values, by).map((p) => p ?? Number.NaN);
        for (const [at, p] of values.entries()) {
          expect(found[at]).toBeGreaterThanOrEqual(p);
          expect(found[at]).toBeLessThanOrEqual(1);
          for (const [other, q] of values.entries()) if (p < q) expect(found[at]).toBeLessThanOrEqual(found[other] ?? Number.NaN);
        }
        const [strict, stepped] = [adjustedPs(values, "bonferroni"), adjustedPs(values, "holm")];
        for (const [at, p] of strict.entries()) expect(stepped[at]).toBeLessThanOrEqual((p ?? 0) + 1e-12);
      }),
    );
  });
});

describe("intervals of adjusted p-values", () => {
  test("just touch 0 at the level (adjustedCI)", () => {
    const found = adjustedInterval({ estimate: 0.1, low: 0.05, high: 0.15 }, { p: 0.049999999, alpha: 0.05 });
    expect([found.low, found.high].map((x) => Number(x.toFixed(8)))).toEqual([0, 0.2]);
    expect(found.low).toBeGreaterThan(0);
    expect(adjustedInterval({ estimate: 0.1, low: 0.05, high: 0.15 }, { p: 0.0099999999, alpha: 0.01 }).high).toBeCloseTo(0.2, 8);
  });
  test("are never narrower, and without bounds where nothing is left", () => {
    expect(adjustedInterval({ estimate: 0.1, low: -0.3, high: 0.5 }, { p: 0.01, alpha: 0.05 })).toEqual({ low: -0.3, high: 0.5 });
    expect(adjustedInterval({ estimate: 0.1, low: 0, high: 0.2 }, { p: 1, alpha: 0.05 })).toEqual({
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
  });
});

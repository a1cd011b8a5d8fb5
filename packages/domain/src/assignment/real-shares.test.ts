import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSampleRatio } from "../statistics/sample-ratio.ts";
import { armOf, rangesOf } from "./allocation.ts";
import { BUCKETS } from "./bucket.ts";
import { evenCoverage, plannedShares, unevenArm } from "./real-shares.ts";

const weights = fc
  .array(fc.integer({ min: 1, max: 1_000 }), { minLength: 2, maxLength: 6 })
  .map((parts) => {
    const sum = parts.reduce((all, part) => all + part, 0);
    const shares = parts.map((part) => Math.floor((part * BUCKETS) / sum));
    return [...shares.slice(1), BUCKETS - shares.slice(1).reduce((all, part) => all + part, 0)];
  })
  .filter((shares) => shares.every((share) => share > 0));
const coverage = fc.integer({ min: 1, max: BUCKETS });

/** The share of each arm among those who have one, bucket by bucket. */
function counted(given: readonly number[], at: number): readonly number[] {
  const ranges = rangesOf({ weights: given, coverage: at });
  const arms = Array.from({ length: BUCKETS }, (_, bucket) => armOf(bucket, ranges)).filter((arm) => arm !== -1);
  return given.map((_, place) => arms.filter((arm) => arm === place).length / Math.max(1, arms.length));
}

describe("unevenArm", () => {
  test.each([
    [[9_950, 50], 100, 1],
    [[9_500, 500], 50, 1],
    [[5_000, 5_000], 1, undefined],
    [[9_000, 1_000], 100, undefined],
    [[3_333, 3_333, 3_334], 100, undefined],
    [[9_999, 1], 4_999, 1],
    [[9_950, 50], 0, undefined],
    [[10_000, 0], 1, undefined],
  ])("%j at %i", (given, at, arm) => {
    expect(unevenArm(given, [at])?.arm).toBe(arm);
  });

  test("finds an arm where one is off by more than a hundredth of its weight, and only there", () => {
    fc.assert(
      fc.property(weights, coverage, (given, at) => {
        const off = counted(given, at).map((share, arm) => Math.abs((share * BUCKETS) / (given[arm] ?? 1) - 1));
        const first = off.findIndex((by) => by > 0.010_000_1);
        if (first !== -1) expect(unevenArm(given, [BUCKETS, at])).toMatchObject({ coverage: at });
        else if (off.every((by) => by < 0.009_999_9)) expect(unevenArm(given, [BUCKETS, at])).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test("there is a coverage to take instead, and none between", () => {
    fc.assert(
      fc.property(weights, coverage, (given, at) => {
        const better = evenCoverage(given, at);
        expect(unevenArm(given, [better])).toBeUndefined();
        for (let between = at; between < better; between += 1) expect(unevenArm(given, [between])).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });
});

describe("plannedShares", () => {
  const units = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 6, maxLength: 6 });
  const chiSquare = (came: readonly number[], shares: readonly number[]): number => {
    const all = came.reduce((sum, count) => sum + count, 0);
    return came.reduce((sum, count, arm) => sum + (count - all * (shares[arm] ?? 0)) ** 2 / Math.max(1e-12, all * (shares[arm] ?? 0)), 0);
  };

  test("are the weights where nobody cut them, and what whole buckets give at one coverage", () => {
    expect(plannedShares([7, 9], { weights: [1, 2], coverages: [] })).toEqual([1, 2]);
    fc.assert(
      fc.property(weights, units, coverage, (given, came, at) => {
        const real = counted(given, at);
        fc.pre(real.some((share) => share > 0));
        plannedShares(came, { weights: given, coverages: [at] }).forEach((share, arm) => expect(share).toBeCloseTo(real[arm] ?? 0, 9));
      }),
      { numRuns: 60 },
    );
  });

  test("with several coverages no mix of what they give is nearer to how people came", () => {
    fc.assert(
      fc.property(
        weights,
        units,
        fc.tuple(coverage, coverage, coverage),
        fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)),
        (given, all, at, mix) => {
          const came = given.map((_, arm) => (all[arm] ?? 0) + 1);
          const real = at.map((one) => counted(given, one));
          fc.pre(real.every((shares) => shares.every((share) => share > 0)) && mix.some((part) => part > 0));
          const sum = mix.reduce((parts, part) => parts + part, 0);
          const mixed = given.map((_, arm) => real.reduce((share, one, place) => share + (one[arm] ?? 0) * ((mix[place] ?? 0) / sum), 0));
          const planned = plannedShares(came, { weights: given, coverages: at });
          expect(planned.reduce((share, one) => share + one, 0)).toBeCloseTo(1, 9);
          planned.forEach((share, arm) => {
            const own = real.map((shares) => shares[arm] ?? 0);
            expect(share).toBeGreaterThanOrEqual(Math.min(...own) - 1e-9);
            expect(share).toBeLessThanOrEqual(Math.max(...own) + 1e-9);
          });
          expect(chiSquare(came, planned)).toBeLessThanOrEqual(chiSquare(came, mixed) + 1e-6);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("people who came as whole buckets gave it are no reason to block, however many", () => {
    const given = [6_667, 3_333];
    for (const people of [10_000, 100_000, 1_000_000]) {
      const came = counted(given, 100).map((share) => Math.round(share * people));
      const check = (shares: readonly number[]) => checkSampleRatio(came.map((count, arm) => ({ units: count, weight: shares[arm] ?? 0 })));
      expect(check(plannedShares(came, { weights: given, coverages: [100, 10_000] })).blocks).toBe(false);
    }
  });
});

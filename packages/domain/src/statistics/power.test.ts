import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { daysNeeded, detectableEffect, powerAt, type PowerPlan, unitsNeeded } from "./power.ts";

/** An example of GrowthBook's calculator: packages/shared/test/power.test.ts. It lets the bound of a relative effect stand still, so that figures are near and not the same. */
const WIDE: PowerPlan = {
  baseline: { kind: "mean", mean: 10, deviation: Math.sqrt(3909.9997749994377) },
  difference: "relative",
  weights: [1, 1, 1],
};
const CLICKS: PowerPlan = { ...WIDE, baseline: { kind: "mean", mean: 0.1, deviation: 0.3 } };

describe("power", () => {
  test("of a difference of means is the textbook's (R: power.t.test(n = 64, delta = 0.5) 0.8015; normal 0.8074)", () => {
    const plan: PowerPlan = { baseline: { kind: "mean", mean: 0, deviation: 1 }, difference: "absolute", weights: [1, 1] };
    expect(powerAt(plan, 0.5, 128)).toBeCloseTo(0.80743, 4);
    expect(unitsNeeded(plan, 0.5)).toBe(126);
    expect(powerAt(plan, 0, 128)).toBeCloseTo(0.05, 10);
    expect(powerAt({ ...plan, side: "greater" }, 0, 128)).toBeCloseTo(0.05, 10);
    expect(powerAt({ ...plan, side: "lesser" }, -0.5, 128)).toBeCloseTo(powerAt({ ...plan, side: "greater" }, 0.5, 128), 10);
  });
  test("of small relative effects is near GrowthBook's", () => {
    expect(Math.abs(powerAt(WIDE, 0.05, 400_000) - 0.52144)).toBeLessThan(0.002);
    expect(Math.abs(Number(detectableEffect(WIDE, 400_000)) - 0.07027)).toBeLessThan(0.002);
    const weeks = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((week) => week * 4_500);
    const told = [0.073, 0.0965, 0.1204, 0.14458, 0.16895, 0.19342, 0.21791, 0.24235, 0.26666];
    for (const [week, power] of told.entries()) expect(Math.abs(powerAt(CLICKS, 0.05, weeks[week] ?? 0) - power)).toBeLessThan(0.025);
  });
});

describe("the number of units", () => {
  test("of a proportion is the textbook's (Fleiss, Levin and Paik 2003, table A.3 without its correction: 10 % against 15 %, 683 an arm)", () => {
    const plan: PowerPlan = { baseline: { kind: "proportion", share: 0.1 }, difference: "absolute", weights: [1, 1] };
    const units = unitsNeeded(plan, 0.05, 0.8);
    expect(units).toBeGreaterThan(2 * 670);
    expect(units).toBeLessThan(2 * 690);
  });
  test("is the least that is enough, and what is found with it is the effect that was asked for", () => {
    const plans = fc.record({
      baseline: fc.oneof(
        fc.record({ kind: fc.constant("proportion" as const), share: fc.double({ min: 0.01, max: 0.6, noNaN: true }) }),
        fc.record({
          kind: fc.constant("mean" as const),
          mean: fc.double({ min: 1, max: 50, noNaN: true }),
          deviation: fc.double({ min: 1, max: 90, noNaN: true }),
        }),
      ),
      difference: fc.constantFrom("relative" as const),
      weights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }),
      comparisons: fc.integer({ min: 1, max: 3 }),
      reduction: fc.double({ min: 0, max: 0.8, noNaN: true }),
      side: fc.constantFrom("two_sided" as const, "greater" as const),
    });
    fc.assert(
      fc.property(
        plans,
        fc.option(fc.constantFrom(500, 5_000), { nil: undefined }),
        fc.double({ min: 0.03, max: 0.5, noNaN: true }),
        (base, tuning, effect) => {
          const plan: PowerPlan = tuning === undefined ? base : { ...base, tuning };
          const units = unitsNeeded(plan, effect);
          if (typeof units === "string") throw new Error(units);
          expect(powerAt(plan, effect, units)).toBeGreaterThanOrEqual(0.8);
          if (units > 2 * plan.weights.length) expect(powerAt(plan, effect, units - 1)).toBeLessThan(0.8);
          const found = detectableEffect(plan, units);
          expect(Number(found)).toBeLessThanOrEqual(effect * (1 + 1e-9));
        },
      ),
    );
  });
  test("falls with CUPED by the share that it takes away, and grows with arms, corrections and looking at all times", () => {
    const plan: PowerPlan = { baseline: { kind: "mean", mean: 20, deviation: 60 }, difference: "absolute", weights: [1, 1] };
    const plain = Number(unitsNeeded(plan, 2));
    expect(Number(unitsNeeded({ ...plan, reduction: 0.5 }, 2)) / plain).toBeCloseTo(0.5, 2);
    expect(Number(unitsNeeded({ ...plan, weights: [1, 1, 1] }, 2)) / plain).toBeCloseTo(1.5, 2);
    expect(Number(unitsNeeded({ ...plan, comparisons: 2 }, 2))).toBeGreaterThan(plain);
    expect(Number(unitsNeeded({ ...plan, tuning: plain }, 2))).toBeGreaterThan(plain);
  });
  test("and an effect that cannot be named are refused by name", () => {
    const none: PowerPlan = { baseline: { kind: "proportion", share: 0 }, difference: "relative", weights: [1, 1] };
    expect(unitsNeeded(none, 0.1)).toBe("no_variance");
    expect(detectableEffect({ ...none, baseline: { kind: "mean", mean: 0, deviation: 3 } }, 500)).toBe("baseline_zero");
    expect(unitsNeeded(WIDE, 0)).toBe("out_of_reach");
    expect(detectableEffect({ ...none, baseline: { kind: "proportion", share: 0.9 } }, 20)).toBe("out_of_reach");
    expect(detectableEffect({ ...CLICKS, side: "lesser" }, 40_500)).toBeLessThan(0);
  });
  test("takes whole days", () => {
    expect(daysNeeded(10_001, { perDay: 1_000 })).toBe(11);
    expect(daysNeeded(10_000, { perDay: 1_000, traffic: 0.5 })).toBe(20);
    expect(daysNeeded(10, { perDay: 0 })).toBe("out_of_reach");
  });
});

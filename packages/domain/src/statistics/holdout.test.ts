import { describe, expect, test } from "vitest";
import { adjustedArm, clusteredQuantileArm, meanArm, proportionArm, quantileArm, ratioArm } from "./arm-of-units.suite.ts";
import { capAt, capped } from "./capping.suite.ts";
import { holdoutEffect, returnOnCost } from "./holdout.ts";

describe("what a program brought", () => {
  const heldOut = { kind: "proportion" as const, n: 1_000, sum: 100 };
  const reached = { kind: "proportion" as const, n: 9_000, sum: 1_080 };
  test("is the difference from those held out, times everyone reached", () => {
    const found = holdoutEffect({ heldOut, reached });
    if (found.kind === "refused") throw new Error(found.reason);
    expect(found.perUnit.estimate).toBeCloseTo(0.02, 12);
    expect(found.total.estimate).toBeCloseTo(180, 8);
    expect(found.total.low).toBeCloseTo(found.perUnit.low * 9_000, 8);
    const wider = holdoutEffect({ heldOut, reached }, { reachedUnits: 20_000 });
    expect(wider.kind === "estimated" ? wider.total.estimate : 0).toBeCloseTo(400, 8);
  });
  test("is set against what it cost", () => {
    expect(returnOnCost({ estimate: 30_000, low: -10_000, high: 70_000 }, 20_000)).toEqual({ estimate: 0.5, low: -1.5, high: 2.5 });
    expect(returnOnCost({ estimate: 30_000, low: 0, high: 1 }, 0)).toBeNull();
  });
  test("cannot be told where nobody is held out", () => {
    expect(holdoutEffect({ heldOut: { kind: "proportion", n: 0, sum: 0 }, reached })).toEqual({ kind: "refused", reason: "too_few_units" });
  });
});

describe("caps", () => {
  const values = [0, 0, 0, 0, 0, 10, 20, 30, 40, 1_000];
  test("are of the units of all arms, of those who have anything if so asked", () => {
    expect(capAt(values, { kind: "value", at: 50 })).toBe(50);
    expect(capAt(values, { kind: "percentile", share: 0.75, ignoreZeros: true })).toBe(40);
    expect(capAt(values, { kind: "percentile", share: 0.5, ignoreZeros: false })).toBe(5);
    expect(capAt([0, 0], { kind: "percentile", share: 0.9, ignoreZeros: true })).toBe(Number.POSITIVE_INFINITY);
  });
  test("hold down each unit", () => {
    expect(capped(values, 40)).toEqual([0, 0, 0, 0, 0, 10, 20, 30, 40, 40]);
    expect(capped(values, Number.POSITIVE_INFINITY)).toEqual(values);
  });
});

test("arms of units are their sums", () => {
  expect(meanArm([1, 2, 4])).toEqual({ kind: "mean", n: 3, sum: 7, sumSquares: 21 });
  expect(proportionArm([true, false, true])).toEqual({ kind: "proportion", n: 3, sum: 2 });
  const pairs = [
    [1, 2],
    [3, 5],
  ] as const;
  expect(ratioArm(pairs)).toMatchObject({ numerator: { sum: 4, sumSquares: 10 }, denominator: { sum: 7, sumSquares: 29 }, products: 17 });
  expect(adjustedArm(pairs)).toMatchObject({ post: { sum: 4 }, pre: { sum: 7 }, products: 17 });
  expect(quantileArm([4, 1, 3, 2, 5], 0.5)).toMatchObject({ n: 5, value: 3 });
  expect(clusteredQuantileArm([[1, 2, 9], [3], [8, 7]], 0.5)).toMatchObject({
    n: 6,
    value: 5,
    clusters: { units: 3, below: { sum: 3, sumSquares: 5 }, all: { sum: 6, sumSquares: 14 }, products: 7 },
  });
});

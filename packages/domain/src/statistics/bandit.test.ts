import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BanditArm, thompsonShares } from "./bandit.ts";
import { normalUpper } from "./distributions.ts";
import { seededDraw } from "./random.ts";

describe("shares of a bandit", () => {
  const arms: readonly BanditArm[] = [
    { kind: "beta", successes: 100, failures: 900 },
    { kind: "beta", successes: 130, failures: 870 },
    { kind: "beta", successes: 90, failures: 910 },
  ];
  test("are as likely as an arm is the best, above what all are given to go on exploring", () => {
    const found = thompsonShares(arms, { seed: 7, exploration: 0.3 });
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    for (const { best, share } of found) expect(share).toBeCloseTo(0.1 + 0.7 * best, 12);
    expect(found[1]?.best).toBeGreaterThan(0.95);
    expect(thompsonShares(arms, { seed: 7, exploration: 0.3 })).toEqual(found);
    expect(thompsonShares(arms, { seed: 7, exploration: 0.1, lowerIsBetter: true })[2]?.best).toBeGreaterThan(0.7);
  });
  test("of two normal arms are what the normal distribution says", () => {
    const normal = (mean: number): BanditArm => ({ kind: "gaussian", n: 400, sum: 400 * mean, sumSquares: 399 * 4 + 400 * mean ** 2 });
    const [, better] = thompsonShares([normal(1), normal(1.1)], { seed: 3, exploration: 0.1, draws: 40_000 });
    const apart = Math.sqrt(2 * (4 / 400));
    expect(better?.best).toBeCloseTo(normalUpper(-0.1 / apart), 2);
    // E max(0, D) of a normal difference D.
    const density = Math.exp(-0.5 * (0.1 / apart) ** 2) / Math.sqrt(2 * Math.PI);
    expect(better?.loss).toBeCloseTo(apart * density - 0.1 * normalUpper(0.1 / apart), 2);
  });
  test("are even until every arm has units to tell of, and between arms that are drawn alike", () => {
    expect(
      thompsonShares([...arms, { kind: "beta", successes: 0, failures: 1 }], { seed: 1, exploration: 0.1 }).map(({ share }) => share),
    ).toEqual([0.25, 0.25, 0.25, 0.25]);
    const sure: BanditArm = { kind: "gaussian", n: 200, sum: 400, sumSquares: 800 };
    expect(thompsonShares([sure, sure], { seed: 1, exploration: 0.1 })).toEqual([
      { best: 0.5, share: 0.5, loss: 0 },
      { best: 0.5, share: 0.5, loss: 0 },
    ]);
  });
  test("never leave an arm less than its share of the exploration", () => {
    const some = fc.array(fc.record({ kind: fc.constant("beta" as const), successes: fc.nat(500), failures: fc.nat(5_000) }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer(), (arms, exploration, seed) => {
        const found = thompsonShares(arms, { seed, exploration, draws: 200 });
        expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        for (const { share } of found) expect(share).toBeGreaterThanOrEqual(exploration / arms.length - 1e-12);
      }),
    );
  });
});

test("a bandit that is told what its arms bring comes to give the best one most, and keeps exploring", () => {
  const rates = [0.05, 0.06, 0.1];
  const draw = seededDraw(20_261_123);
  const known = rates.map(() => ({ successes: 0, failures: 0 }));
  let shares = rates.map(() => 1 / 3);
  let [given, best] = [0, 0];
  for (let day = 0; day < 30; day += 1) {
    for (let unit = 0; unit < 400; unit += 1) {
      const place = draw();
      const at = shares.findIndex((_, arm) => place < shares.slice(0, arm + 1).reduce((sum, share) => sum + share, 0));
      const arm = known[at] ?? known[2];
      if (arm === undefined) throw new Error("three arms");
      if (draw() < (rates[at] ?? 0)) arm.successes += 1;
      else arm.failures += 1;
      given += 1;
      if (at === 2) best += 1;
    }
    shares = thompsonShares(
      known.map((arm): BanditArm => ({ kind: "beta", ...arm })),
      { seed: day, exploration: 0.1, draws: 1_000 },
    ).map(({ share }) => share);
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(0.1 / 3 - 1e-12);
  }
  expect(shares[2]).toBeGreaterThan(0.9);
  expect(best / given).toBeGreaterThan(0.7);
});

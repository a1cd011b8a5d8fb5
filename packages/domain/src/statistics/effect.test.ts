import { describe, expect, test } from "vitest";
import { type AdjustedRatioArm, type Arm, estimateArm, quantileBounds, type QuantileArm, type RatioArm } from "./arm.ts";
import { posteriorOf, type Prior } from "./bayesian.ts";
import { normalQuantile } from "./distributions.ts";
import { estimateEffect, type Difference, type Effect } from "./effect.ts";
import { fixedInterval } from "./interval.ts";
import { SEQUENTIAL_TUNING, sequentialInterval, sequentialWidening } from "./sequential.ts";
import { sharedTheta } from "./theta.ts";

/** Figures of GrowthBook's own tests, packages/stats/tests (MIT): the files are named where they are used. */
const CONTROL: Arm = { kind: "mean", n: 3000, sum: 1396.87, sumSquares: 52377.9767 };
const TREATMENT: Arm = { kind: "mean", n: 3461, sum: 2422.7, sumSquares: 134698.29 };
const [METRIC_1, METRIC_3] = [
  [0.3, 0.5, 0.9, 22],
  [2, 1, 5, 3],
];

function effectOf(control: Arm, treatment: Arm, difference: Difference = "relative"): Effect {
  const found = estimateEffect(control, treatment, difference);
  if (found.kind === "refused") throw new Error(found.reason);
  return found;
}
function sums(values: readonly number[]): { readonly kind: "mean"; readonly sum: number; readonly sumSquares: number } {
  return { kind: "mean", sum: values.reduce((all, x) => all + x, 0), sumSquares: values.reduce((all, x) => all + x * x, 0) };
}
function productsOf(a: readonly number[], b: readonly number[]): number {
  return a.reduce((all, x, at) => all + x * (b[at] ?? 0), 0);
}

describe("arms", () => {
  test("have the mean and variance of their units (test_shared_models.py)", () => {
    const arm = estimateArm({ n: 4, ...sums(METRIC_1) });
    expect([arm.value, arm.variance]).toEqual([5.925, expect.closeTo(114.90916666666667, 10)]);
    expect(estimateArm({ kind: "proportion", n: 4, sum: 3 })).toMatchObject({ value: 0.75, variance: 0.1875 });
  });
  test("of a ratio have numpy's covariance and the delta method's variance", () => {
    const ratio: RatioArm = {
      kind: "ratio",
      n: 4,
      numerator: sums(METRIC_1),
      denominator: sums(METRIC_3),
      products: productsOf(METRIC_1, METRIC_3),
    };
    const { value, covariance, variance } = estimateArm(ratio);
    expect(value).toBeCloseTo(23.7 / 11, 12);
    expect(covariance[0]?.[1]).toBeCloseTo(2.1416666666666666, 12);
    const [m, d] = [5.925, 2.75];
    const wanted = 114.90916666666667 / d ** 2 + ((covariance[1]?.[1] ?? 0) * m ** 2) / d ** 4 - (2 * 2.1416666666666666 * m) / d ** 3;
    expect(variance).toBeCloseTo(wanted, 10);
  });
  test("are adjusted by one theta for both (stats-ts/test/statistics.test.ts)", () => {
    const arm: Arm = { kind: "adjusted", n: 4, post: sums(METRIC_3), pre: sums(METRIC_1), products: productsOf(METRIC_1, METRIC_3) };
    expect(sharedTheta(arm, arm)).toBeCloseTo(0.01864, 5);
    expect(estimateArm(arm, 0.23)).toMatchObject({ value: expect.closeTo(1.38725, 9), unadjusted: 2.75 });
    expect(estimateArm(arm, 0.23).variance).toBeCloseTo(8.0101949, 6);
    expect(estimateArm(arm).variance).toBeCloseTo(estimateArm({ n: 4, ...sums(METRIC_3) }).variance, 12);
  });
});

/** Two adjusted ratios of test_two_sided_ttest_test_runs_ratio_ra (tests/frequentist/test_tests.py). */
const mean = (sum: number, sumSquares: number): { kind: "mean"; sum: number; sumSquares: number } => ({ kind: "mean", sum, sumSquares });
const RATIO_CONTROL: AdjustedRatioArm = {
  kind: "adjusted_ratio",
  n: 100,
  numerator: { post: mean(485.112236689623, 2715.484666118136), pre: mean(192.59138069991536, 460.076026390857) },
  denominator: { post: mean(679.9093275844917, 4939.424001640236), pre: mean(290.1398399750233, 920.9461385038898) },
  products: {
    numerator: 1113.6215759318352,
    denominator: 2130.9404074446747,
    pre: 634.239482353647,
    post: 3602.146836776702,
    numeratorPostDenominatorPre: 1559.2878434944676,
    numeratorPreDenominatorPost: 1460.3181079276983,
  },
};
const RATIO_TREATMENT: AdjustedRatioArm = {
  kind: "adjusted_ratio",
  n: 100,
  numerator: { post: mean(514.7757826608777, 2994.897482705013), pre: mean(206.94157227402536, 514.2903702246757) },
  denominator: { post: mean(705.4090874383759, 5291.36604146392), pre: mean(302.54389139107326, 994.4506208125663) },
  products: {
    numerator: 1237.0953021125997,
    denominator: 2292.081739775257,
    pre: 698.4173425817908,
    post: 3918.1561431600717,
    numeratorPostDenominatorPre: 1701.0287270040265,
    numeratorPreDenominatorPost: 1604.0759503266522,
  },
};

describe("adjusted ratios", () => {
  test("have GrowthBook's effect, looked at once and at all times", () => {
    const effect = effectOf(RATIO_CONTROL, RATIO_TREATMENT);
    const [once, always] = [fixedInterval(effect), sequentialInterval(effect)];
    expect([effect.estimate, effect.standardError, once.low, once.high, once.p].map((x) => Number(x.toFixed(5)))).toEqual([
      -0.0007, 0.00391, -0.00841, 0.007, 0.85771,
    ]);
    expect([always.low, always.high, always.p].map((x) => Number(x.toFixed(5)))).toEqual([-0.02063, 0.01923, 1]);
  });
  test("are what was seen where nothing before differs", () => {
    const flat = (arm: AdjustedRatioArm): AdjustedRatioArm => ({
      ...arm,
      numerator: { post: arm.numerator.post, pre: mean(100, 100) },
      denominator: { post: arm.denominator.post, pre: mean(200, 400) },
    });
    const plain = (arm: AdjustedRatioArm): RatioArm => ({
      kind: "ratio",
      n: arm.n,
      numerator: arm.numerator.post,
      denominator: arm.denominator.post,
      products: arm.products.post,
    });
    const [adjusted, seen] = [effectOf(flat(RATIO_CONTROL), flat(RATIO_TREATMENT)), effectOf(plain(RATIO_CONTROL), plain(RATIO_TREATMENT))];
    expect(adjusted.theta).toBe(0);
    expect(adjusted.estimate).toBeCloseTo(seen.estimate, 12);
    expect(adjusted.standardError).toBeCloseTo(seen.standardError, 12);
  });
});

describe("one-sided sequential intervals", () => {
  test("have GrowthBook's bounds and p (TestSequentialOneSidedGreaterTTest, …Lesser…)", () => {
    const [relative, absolute] = [effectOf(CONTROL, TREATMENT), effectOf(CONTROL, TREATMENT, "absolute")];
    expect(sequentialInterval(relative, { side: "greater" }).low).toBeCloseTo(-0.42356454602790883, 10);
    expect(sequentialInterval(relative, { side: "greater" })).toMatchObject({ high: Number.POSITIVE_INFINITY, p: 0.4999 });
    expect(sequentialInterval(absolute, { side: "greater" }).low).toBeCloseTo(-0.12656844172804982, 10);
    // GrowthBook halves down upon it and tells 0.46316; the level at which the bound touches 0 is reckoned here.
    const { p } = sequentialInterval(absolute, { side: "greater" });
    expect(p).toBeCloseTo(0.46316491943359384, 3);
    expect(sequentialInterval(relative, { side: "lesser" }).high).toBeCloseTo(1.4302867177403806, 10);
    expect(sequentialInterval(absolute, { side: "lesser" })).toMatchObject({ low: Number.NEGATIVE_INFINITY, p: 0.4999 });
    expect(sequentialInterval(absolute, { side: "lesser" }).high).toBeCloseTo(0.5953217750613832, 10);
  });
  test("leave 0 exactly where their p falls below the level", () => {
    const effect = { ...effectOf(CONTROL, TREATMENT), estimate: 1.4 };
    const { p } = sequentialInterval(effect, { side: "greater" });
    expect(p).toBeLessThan(0.05);
    expect(sequentialInterval(effect, { side: "greater" }).low).toBeGreaterThan(0);
    const { p: both, low } = sequentialInterval(effect);
    expect(low > 0).toBe(both < 0.05);
  });
  test("are narrowest at about the units they are tuned for", () => {
    const effect = effectOf(CONTROL, TREATMENT);
    const reach = (tuning: number): number => sequentialInterval(effect, { tuning }).high - effect.estimate;
    expect(reach(6461)).toBeLessThan(reach(10));
    expect(reach(6461)).toBeLessThan(reach(10_000));
    expect(reach(10_000)).toBeLessThan(reach(10));
    const widening = sequentialWidening(effect.n, { alpha: 0.05, tuning: SEQUENTIAL_TUNING, z: 1.959963984540054 });
    expect(reach(SEQUENTIAL_TUNING)).toBeCloseTo(widening * 1.959963984540054 * effect.standardError, 10);
    expect(() => sequentialInterval(effect, { alpha: 0.5, side: "greater" })).toThrow(RangeError);
  });
  test("that pay for others are as wide as the calculator reckons: tuned at the level before the correction", () => {
    const z = normalQuantile(1 - 0.05 / 20 / 2);
    const widening = sequentialWidening(8_000, { alpha: 0.05 / 20, tunedAt: 0.05, tuning: 8_000, z });
    const bound = { estimate: widening * z * 0.02, standardError: 0.02, n: 8_000 };
    expect(20 * sequentialInterval(bound, { alpha: 0.05, tuning: 8_000 }).p).toBeCloseTo(0.05, 10);
  });
});

/** TestEffectBayesianABTest of tests/bayesian/test_tests.py. */
const quantile = (n: number, value: number, [low, high]: readonly [number, number]): QuantileArm => ({
  kind: "quantile",
  n,
  level: 0.9,
  value,
  low,
  high,
});
const QUANTILE_CONTROL = quantile(11054, 7.157987489967789, [7.098780136176828, 7.217194843758751]);
const QUANTILE_TREATMENT = quantile(10861, 7.694499927525767, [7.64180598628119, 7.747193868770344]);

describe("quantiles", () => {
  const FLAT: Prior = { mean: 0, variance: 1, proper: false };
  const WIDE: Prior = { mean: 0, variance: 1e6, proper: true };
  const ONE: Prior = { mean: 0, variance: 1, proper: true };
  const told: readonly { readonly difference: Difference; readonly prior: Prior; readonly figures: readonly [number, number, number] }[] = [
    { difference: "absolute", prior: FLAT, figures: [0.5365124375579775, 0.4572559589115422, 0.6157689162044128] },
    { difference: "absolute", prior: WIDE, figures: [0.536512437540855, 0.4572559588956844, 0.6157689161860256] },
    { difference: "relative", prior: WIDE, figures: [0.07495297222736319, 0.06341005842481906, 0.08649588602990732] },
    { difference: "absolute", prior: ONE, figures: [0.536495315442269, 0.4572401014910488, 0.6157505293934892] },
    { difference: "relative", prior: ONE, figures: [0.07495037261804469, 0.06340765898986044, 0.08649308624622894] },
  ];
  test.each(told)("have GrowthBook's posterior, $difference with the prior $prior", ({ difference, prior, figures: [mean, low, high] }) => {
    const found = posteriorOf(effectOf(QUANTILE_CONTROL, QUANTILE_TREATMENT, difference), { prior });
    expect(found).toMatchObject({ mean: expect.closeTo(mean, 10), low: expect.closeTo(low, 10), high: expect.closeTo(high, 10) });
  });
  test("of several numbers a unit vary as their clusters do (QuantileClusteredStatistic)", () => {
    const clusters = { units: 2, below: { sum: 10, sumSquares: 52 }, all: { sum: 4, sumSquares: 10 }, products: 22 };
    const alone = estimateArm(QUANTILE_CONTROL).variance;
    expect(alone).toBeCloseTo(10.0864, 2);
    expect(estimateArm({ ...QUANTILE_CONTROL, clusters }).variance).toBeCloseTo((alone * 0.5625) / ((0.9 * 0.1) / 11054), 6);
    expect(estimateArm({ ...QUANTILE_CONTROL, low: 7, high: 7 }).variance).toBe(1e-5);
  });
  test("need numbers on both sides of their bounds", () => {
    expect(estimateEffect({ ...QUANTILE_CONTROL, n: 30 }, QUANTILE_TREATMENT)).toEqual({ kind: "refused", reason: "too_few_for_quantile" });
    const { low, high } = quantileBounds(0.9, 11054);
    expect([low, high]).toEqual([expect.closeTo(0.894407, 5), expect.closeTo(0.905593, 5)]);
    expect(quantileBounds(0.99, 10).high).toBe(1);
  });
});

describe("what nothing can be said of", () => {
  const some: Arm = { kind: "mean", n: 100, sum: 50, sumSquares: 90 };
  test.each<[string, Arm, Arm]>([
    ["too_few_units", { ...some, n: 1 }, some],
    ["too_few_units", some, { kind: "mean", n: 0, sum: 0, sumSquares: 0 }],
    ["no_variance", { kind: "proportion", n: 50, sum: 50 }, { kind: "proportion", n: 50, sum: 20 }],
    ["no_variance", some, { kind: "mean", n: 10, sum: 10, sumSquares: 10 }],
    ["baseline_zero", { kind: "mean", n: 10, sum: 0, sumSquares: 40 }, some],
    ["different_kinds", some, { kind: "proportion", n: 10, sum: 4 }],
    [
      "denominator_zero",
      { kind: "ratio", n: 9, numerator: mean(3, 3), denominator: mean(0, 0), products: 0 },
      { kind: "ratio", n: 9, numerator: mean(3, 3), denominator: mean(3, 4), products: 2 },
    ],
  ])("is named: %s", (reason, control, treatment) => {
    expect(estimateEffect(control, treatment)).toEqual({ kind: "refused", reason });
  });
  test("is what rounding makes of numbers that do not differ", () => {
    const same = { n: 10, ...sums(Array.from({ length: 10 }, () => 0.1)) };
    expect(estimateArm(same).variance).toBe(0);
    expect(estimateEffect(same, { n: 10, ...sums(Array.from({ length: 10 }, () => 0.3)) })).toEqual({
      kind: "refused",
      reason: "no_variance",
    });
    const counts = [3, 7, 1, 4, 9, 2];
    const priced = (price: number): RatioArm => {
      const values = counts.map((count) => count * price);
      return { kind: "ratio", n: 6, numerator: sums(values), denominator: sums(counts), products: productsOf(values, counts) };
    };
    expect(estimateEffect(priced(19.9), priced(21.3))).toEqual({ kind: "refused", reason: "no_variance" });
  });
  test("is not a control of 0 where the difference is absolute", () => {
    expect(estimateEffect({ kind: "mean", n: 10, sum: 0, sumSquares: 40 }, some, "absolute").kind).toBe("estimated");
  });
  test("is not a control below 0: the change is over its absolute value", () => {
    const losing: Arm = { kind: "mean", n: 100, sum: -200, sumSquares: 900 };
    const found = effectOf(losing, { kind: "mean", n: 100, sum: -100, sumSquares: 700 });
    expect(found).toMatchObject({ estimate: 0.5 });
    const mirrored = effectOf({ kind: "mean", n: 100, sum: 200, sumSquares: 900 }, { kind: "mean", n: 100, sum: 100, sumSquares: 700 });
    expect(found.standardError).toBeCloseTo(mirrored.standardError, 12);
  });
  test("is a relative prior of an absolute effect where control is 0", () => {
    const effect = effectOf({ kind: "mean", n: 10, sum: 0, sumSquares: 40 }, some, "absolute");
    expect(posteriorOf(effect, { prior: { mean: 0, variance: 1, proper: true } })).toEqual({ kind: "refused", reason: "baseline_zero" });
    expect(posteriorOf(effect, { prior: { mean: 0, variance: 1, proper: true, scale: "absolute" } }).kind).toBe("believed");
  });
});

test("the less is better, the sides of a posterior change places", () => {
  const effect = effectOf(CONTROL, TREATMENT);
  const [more, less] = [posteriorOf(effect), posteriorOf(effect, { lowerIsBetter: true })];
  if (more.kind === "refused" || less.kind === "refused") throw new Error("a flat prior refuses nothing");
  expect(less.chanceToWin).toBeCloseTo(1 - more.chanceToWin, 12);
  expect([less.risk.control, less.risk.treatment]).toEqual([more.risk.treatment, more.risk.control]);
});

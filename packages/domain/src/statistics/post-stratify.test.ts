import { describe, expect, test } from "vitest";
import type { MeanArm, Measure, RatioArm } from "./arm.ts";
import { type Effect, estimateEffect, type Refused } from "./effect.ts";
import { postStratifiedEffect, type Stratum } from "./post-stratify.ts";

type Units = readonly [n: number, sum: number, sumSquares: number];
type Both = readonly [Units, Units];

/** Numerators, denominators and products of five strata: GrowthBook's packages/stats/tests/frequentist/test_post_strat.py. */
const NUMERATORS: readonly Both[] = [
  [
    [21, 330.0696210595999, 5377.811252605509],
    [42, 708.1220000911836, 12249.255519049513],
  ],
  [
    [65, 1391.96628040659, 30546.63404187155],
    [75, 1807.4703052657744, 45000.287664918586],
  ],
  [
    [102, 2916.824124651419, 86396.06886690554],
    [101, 3104.5399914554023, 98365.40553530994],
  ],
  [
    [151, 5172.587929941052, 182453.04528037464],
    [121, 4613.696610070716, 180520.64781229294],
  ],
  [
    [160, 6539.348445231273, 274981.98909352464],
    [162, 7431.953259880505, 349244.6690736718],
  ],
];
const DENOMINATORS: readonly Both[] = [
  [
    [21, 890.9766550739607, 38220.95223835553],
    [42, 1745.9858250014954, 73194.53424221886],
  ],
  [
    [65, 2769.8126179473184, 118719.96077578884],
    [75, 3184.8395612061063, 136710.92474497214],
  ],
  [
    [102, 4445.780384331884, 195387.7733842407],
    [101, 4235.277718489282, 179690.4720421368],
  ],
  [
    [151, 6510.170220892494, 283094.7243365024],
    [121, 5079.943060454901, 215529.32009367683],
  ],
  [
    [160, 6906.305872710853, 300900.3106781779],
    [162, 6899.004661928157, 296839.44355002965],
  ],
];
const PRODUCTS = [
  [14263.937571840695, 29826.620793423102],
  [59924.702385890436, 78119.14871556411],
  [129041.55268673625, 132444.36911739354],
  [226127.20135744457, 196562.8269130501],
  [286483.9732935189, 321057.8410309036],
] as const;

const measure = ([, sum, sumSquares]: Units): Measure => ({ kind: "mean", sum, sumSquares });
const meanOf = ([n, sum, sumSquares]: Units): MeanArm => ({ kind: "mean", n, sum, sumSquares });
const MEANS: readonly Stratum[] = NUMERATORS.map(([control, treatment]) => ({ control: meanOf(control), treatment: meanOf(treatment) }));
const RATIOS: readonly Stratum[] = NUMERATORS.map((numerators, at) => {
  const ratio = (arm: 0 | 1): RatioArm => ({
    kind: "ratio",
    n: numerators[arm][0],
    numerator: measure(numerators[arm]),
    denominator: measure(DENOMINATORS[at]?.[arm] ?? [0, 0, 0]),
    products: PRODUCTS[at]?.[arm] ?? 0,
  });
  return { control: ratio(0), treatment: ratio(1) };
});

function told(found: Effect | Refused): number {
  if (found.kind === "refused") throw new Error(found.reason);
  return Number(found.estimate.toFixed(10));
}

/** Standard errors are judged by the bootstrap and by simulated experiments (`reference.test.ts`, `simulated-effects.test.ts`). */
describe("post-stratified effects are GrowthBook's", () => {
  test("of means", () => {
    expect(told(postStratifiedEffect(MEANS, "relative"))).toBe(0.1099458485);
    expect(told(postStratifiedEffect(MEANS, "absolute"))).toBe(3.548094378);
  });
  test("of ratios", () => {
    expect(told(postStratifiedEffect(RATIOS, "relative"))).toBe(0.1337129978);
    expect(told(postStratifiedEffect(RATIOS, "absolute"))).toBe(0.1000890342);
  });
});

describe("strata that lack units", () => {
  const [first, second, ...others] = MEANS;
  if (first === undefined || second === undefined) throw new Error("five strata");
  const without: Stratum = {
    control: { kind: "mean", n: 1, sum: 12, sumSquares: 144 },
    treatment: { kind: "mean", n: 0, sum: 0, sumSquares: 0 },
  };
  test("are joined with the next least one", () => {
    const joined: Stratum = { ...first, control: { kind: "mean", n: 22, sum: 342.0696210595999, sumSquares: 5521.811252605509 } };
    expect(postStratifiedEffect([without, first, second, ...others])).toEqual(postStratifiedEffect([joined, second, ...others]));
    expect(postStratifiedEffect([second, ...others, first, without])).toMatchObject({ kind: "estimated" });
  });
  test("one stratum, and none, are what they are without strata", () => {
    expect(postStratifiedEffect([first])).toEqual(estimateEffect(first.control, first.treatment));
    expect(postStratifiedEffect([])).toEqual({ kind: "refused", reason: "too_few_units" });
    expect(postStratifiedEffect([without])).toEqual({ kind: "refused", reason: "too_few_units" });
  });
});

test("arms whose shares changed between periods are compared as if they had not (Simpson's paradox)", () => {
  const share = (n: number, sum: number): { kind: "proportion"; n: number; sum: number } => ({ kind: "proportion", n, sum });
  const periods = [
    { control: share(900, 90), treatment: share(100, 11) },
    { control: share(100, 30), treatment: share(900, 279) },
  ];
  const naive = estimateEffect(share(1000, 120), share(1000, 290), "absolute");
  const found = postStratifiedEffect(periods, "absolute");
  if (naive.kind === "refused" || found.kind === "refused") throw new Error("both can be told");
  expect(naive.estimate).toBeCloseTo(0.17, 10);
  expect(found.estimate).toBeCloseTo(0.01, 10);
});

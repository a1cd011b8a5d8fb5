import { describe, expect, test } from "vitest";
import { type AnalysedExperiment, type AnalysedMetric, analyseExperiment } from "./analyse-experiment.ts";
import type { Arm } from "./arm.ts";
import { adjustedArm, ratioArm } from "./arm-of-units.ts";
import { armOfMoments } from "./arm-of-moments.ts";
import { estimateEffect } from "./effect.ts";
import { sequentialInterval } from "./sequential.ts";

const share = (n: number, sum: number): Arm => ({ kind: "proportion", n, sum });
const primary = (arms: readonly (Arm | null)[]): AnalysedMetric => ({
  key: "bought",
  role: "primary",
  lowerIsBetter: false,
  difference: "relative",
  arms,
});
const experiment = (metrics: readonly AnalysedMetric[], rest: Partial<AnalysedExperiment> = {}): AnalysedExperiment => ({
  variants: ["control", "new", "bold"].map((key) => ({ key, weight: 1, people: 5_000 })),
  metrics,
  method: { kind: "fixed" },
  alpha: 0.05,
  correction: "holm",
  finished: true,
  ...rest,
});
const WON = primary([share(5_000, 500), share(5_000, 620), share(5_000, 505)]);

describe("an experiment", () => {
  test("has a winner where a primary metric is better, by a p that pays for the other variants", () => {
    const { metrics, verdict, sampleRatio } = analyseExperiment(experiment([WON]));
    expect(verdict).toEqual({ kind: "decided", winners: ["new"], losers: [], harmed: [] });
    const [better, same] = metrics[0]?.comparisons ?? [];
    if (better?.kind !== "estimated" || same?.kind !== "estimated") throw new Error("both are told");
    expect(better.adjusted?.p).toBeCloseTo(2 * (better.interval?.p ?? 0), 12);
    expect([better.call, same.call]).toEqual(["better", "unclear"]);
    expect(sampleRatio.p).toBe(1);
  });
  test("gives no verdict where the arms were not filled as planned, or got people that they were not to get", () => {
    const off = experiment([WON], { variants: [5_000, 5_400, 5_000].map((people, at) => ({ key: String(at), weight: 1, people })) });
    expect(analyseExperiment(off)).toMatchObject({ sampleRatio: { blocks: true }, verdict: { kind: "blocked" } });
    const stray = experiment([WON], {
      variants: [5_000, 5_000, 3].map((people, at) => ({ key: String(at), weight: at === 2 ? 0 : 1, people })),
    });
    expect(analyseExperiment(stray)).toMatchObject({ sampleRatio: { p: 1, unplanned: 3 }, verdict: { kind: "blocked" } });
  });
  test("is waited for unless it may be read at all times", () => {
    expect(analyseExperiment(experiment([WON], { finished: false })).verdict).toEqual({ kind: "waiting" });
    expect(analyseExperiment(experiment([WON], { finished: false, method: { kind: "bayesian" } })).verdict).toEqual({ kind: "waiting" });
    const always = analyseExperiment(
      experiment([WON], { finished: false, method: { kind: "sequential", tuning: 10_000 }, correction: "none" }),
    );
    const effect = estimateEffect(share(5_000, 500), share(5_000, 620));
    if (effect.kind === "refused") throw new Error(effect.reason);
    expect(always.metrics[0]?.comparisons[0]).toMatchObject({ interval: sequentialInterval(effect, { tuning: 10_000 }) });
    expect(always.verdict).toMatchObject({ winners: ["new"] });
  });
  test("is not won by what breaks a guardrail, and guardrails pay for nothing", () => {
    const slower: AnalysedMetric = {
      ...primary([share(5_000, 100), share(5_000, 150), share(5_000, 98)]),
      key: "complained",
      role: "guardrail",
      lowerIsBetter: true,
    };
    const many = [1, 2, 3, 4].map((at): AnalysedMetric => ({ ...WON, key: `more-${at}`, role: "secondary" }));
    const { verdict, metrics } = analyseExperiment(experiment([WON, ...many, slower]));
    expect(verdict).toEqual({ kind: "decided", winners: [], losers: [], harmed: [{ variant: "new", metric: "complained" }] });
    const guardrail = metrics.at(-1)?.comparisons[0];
    expect(guardrail).toMatchObject({ call: "worse" });
    if (guardrail?.kind === "estimated") expect(guardrail.adjusted).toEqual(guardrail.interval);
  });
  test("is lost by what is worse in a primary metric, and undecided where nothing is clear", () => {
    expect(analyseExperiment(experiment([primary([share(5_000, 500), share(5_000, 400), share(5_000, 505)])])).verdict).toMatchObject({
      losers: ["new"],
      winners: [],
    });
    expect(analyseExperiment(experiment([primary([share(5_000, 500), share(5_000, 510), share(5_000, 505)])])).verdict).toEqual({
      kind: "undecided",
    });
  });
  test("says of each comparison why it cannot be told", () => {
    const { metrics } = analyseExperiment(experiment([primary([share(5_000, 500), null, share(5_000, 0)])]));
    expect(metrics[0]?.comparisons).toEqual([
      { kind: "refused", variant: "new", reason: "too_few_units" },
      { kind: "refused", variant: "bold", reason: "no_variance" },
    ]);
  });
  test("is believed after a prior", () => {
    const strict = { mean: 0, variance: 0.0001, proper: true };
    const [open, doubting] = [WON, { ...WON, prior: strict }].map(
      (metric) => analyseExperiment(experiment([metric], { method: { kind: "bayesian" } })).metrics[0]?.comparisons[0],
    );
    if (open?.kind !== "estimated" || doubting?.kind !== "estimated") throw new Error("both are told");
    expect(open).toMatchObject({ interval: null, adjusted: null, call: "better" });
    expect(Number(doubting.posterior?.mean)).toBeLessThan(0.2 * Number(open.posterior?.mean));
    const absolute = {
      ...WON,
      difference: "absolute" as const,
      prior: strict,
      arms: [
        { kind: "mean" as const, n: 9, sum: 0, sumSquares: 4 },
        { kind: "mean" as const, n: 9, sum: 3, sumSquares: 4 },
      ],
    };
    expect(analyseExperiment(experiment([absolute], { method: { kind: "bayesian" } })).metrics[0]?.comparisons).toEqual([
      { kind: "refused", variant: "new", reason: "baseline_zero" },
    ]);
  });
});

describe("arms of what is read", () => {
  const people = [
    [1, 2, 3, 5],
    [4, 1, 0, 2],
    [2, 2, 7, 1],
  ] as const;
  const moments = (count: number): { n: number; sums: number[]; products: number[][] } => {
    const value = (row: (typeof people)[number], at: number): number => row[at] ?? 0;
    const all = Array.from({ length: count }, (_, at) => at);
    return {
      n: people.length,
      sums: all.map((at) => people.reduce((sum, row) => sum + value(row, at), 0)),
      products: all.map((a) => all.slice(a).map((b) => people.reduce((sum, row) => sum + value(row, a) * value(row, b), 0))),
    };
  };
  test("are those of the units themselves", () => {
    const pairs = people.map(([a, b]) => [a, b] as const);
    expect(armOfMoments({ statistic: "ratio", yesOrNo: [false, false] }, moments(2))).toEqual(ratioArm(pairs));
    expect(armOfMoments({ statistic: "mean", yesOrNo: [false] }, moments(2))).toEqual(adjustedArm(pairs));
    expect(armOfMoments({ statistic: "mean", yesOrNo: [false] }, moments(1))).toEqual({ kind: "mean", n: 3, sum: 7, sumSquares: 21 });
    expect(armOfMoments({ statistic: "proportion", yesOrNo: [true] }, { n: 9, sums: [4], products: [[4]] })).toEqual({
      kind: "proportion",
      n: 9,
      sum: 4,
    });
    expect(armOfMoments({ statistic: "proportion", yesOrNo: [true] }, { n: 9, sums: [4, 3], products: [[4, 2], [3]] })).toEqual({
      kind: "adjusted",
      n: 9,
      post: { kind: "proportion", sum: 4 },
      pre: { kind: "proportion", sum: 3 },
      products: 2,
    });
  });
  test("of ratios with what was before hold all six products", () => {
    const { products } = moments(4);
    const arm = armOfMoments({ statistic: "ratio", yesOrNo: [false, true] }, moments(4));
    if (arm?.kind !== "adjusted_ratio") throw new Error("it is an adjusted ratio");
    expect(arm.numerator.pre).toEqual({ kind: "mean", sum: 10, sumSquares: 58 });
    expect(arm.denominator.pre).toEqual({ kind: "proportion", sum: 8 });
    expect(arm.products).toEqual({
      post: products[0]?.[1],
      numerator: products[0]?.[2],
      numeratorPostDenominatorPre: products[0]?.[3],
      numeratorPreDenominatorPost: products[1]?.[1],
      denominator: products[1]?.[2],
      pre: products[2]?.[1],
    });
  });
  test("are none of nobody", () => {
    const quantile = { value: 4, lower: 3, upper: 5 };
    expect(armOfMoments({ statistic: "mean", yesOrNo: [false] }, { n: 0, sums: [0], products: [[0]] })).toBeNull();
    expect(armOfMoments({ statistic: "quantile", level: 0.9, yesOrNo: [false] }, { ...moments(1), quantile })).toEqual({
      kind: "quantile",
      n: 3,
      level: 0.9,
      value: 4,
      low: 3,
      high: 5,
    });
    expect(
      armOfMoments({ statistic: "quantile", level: 0.9, yesOrNo: [false] }, { ...moments(1), quantile: { ...quantile, upper: null } }),
    ).toBeNull();
  });
});

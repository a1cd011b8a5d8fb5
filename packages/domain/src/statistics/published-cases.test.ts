import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Arm, Measure } from "./arm.ts";
import { posteriorOf } from "./bayesian.ts";
import { estimateEffect, type Difference, type Effect } from "./effect.ts";
import { fixedInterval } from "./interval.ts";
import { checkSampleRatio } from "./sample-ratio.ts";
import { sequentialInterval } from "./sequential.ts";

/** Published examples of GrowthBook's statistics with the exact figures its code gives for them (`oracle` in the file says which). */
type Case = {
  readonly id: string;
  readonly engine: "frequentist" | "frequentist_greater" | "frequentist_lesser" | "sequential" | "bayesian";
  readonly control: CaseArm;
  readonly treatment: CaseArm;
  readonly config: {
    readonly difference_type?: Difference;
    readonly sequential_tuning_parameter?: number;
    readonly prior?: { readonly mean: number; readonly variance: number; readonly proper: boolean };
  };
  readonly expected: {
    readonly expected: number;
    readonly ci: readonly [number | string, number | string];
    readonly uplift: { readonly stddev: number };
    readonly pValue?: number;
    readonly chanceToWin?: number;
    readonly risk?: readonly [number, number];
  };
};
type CaseMeasure =
  | { readonly type: "mean"; readonly n: number; readonly sum: number; readonly sum_squares: number }
  | { readonly type: "proportion"; readonly n: number; readonly sum: number };
type CaseArm =
  | CaseMeasure
  | {
      readonly type: "mean_cuped";
      readonly n: number;
      readonly post: CaseMeasure;
      readonly pre: CaseMeasure;
      readonly post_pre_sum_of_products: number;
    };
type File = {
  readonly tolerance: number;
  readonly cases: readonly Case[];
  readonly srm: readonly { readonly observed: readonly number[]; readonly weights: readonly number[]; readonly expected_p: number }[];
};

const file = JSON.parse(readFileSync(new URL("../../../testkit/cases/experiment-statistics.json", import.meta.url), "utf8")) as File;

function measureOf(of: CaseMeasure): Measure {
  return of.type === "mean" ? { kind: "mean", sum: of.sum, sumSquares: of.sum_squares } : { kind: "proportion", sum: of.sum };
}

function armOf(of: CaseArm): Arm {
  if (of.type !== "mean_cuped") return { n: of.n, ...measureOf(of) };
  return { kind: "adjusted", n: of.n, post: measureOf(of.post), pre: measureOf(of.pre), products: of.post_pre_sum_of_products };
}

function figuresOf({ engine, config }: Case, effect: Effect): readonly number[] {
  if (engine === "bayesian") {
    const found = posteriorOf(effect, config.prior === undefined ? {} : { prior: config.prior });
    if (found.kind === "refused") throw new Error(found.reason);
    return [found.mean, found.low, found.high, found.deviation, found.chanceToWin, found.risk.control, found.risk.treatment];
  }
  const { sequential_tuning_parameter: tuning } = config;
  const side = engine === "frequentist_greater" ? "greater" : engine === "frequentist_lesser" ? "lesser" : "two_sided";
  const { low, high, p } =
    engine === "sequential" ? sequentialInterval(effect, tuning === undefined ? {} : { tuning }) : fixedInterval(effect, { side });
  return [effect.estimate, low, high, effect.standardError, p];
}

describe("published examples", () => {
  test.each(file.cases)("$id", (each) => {
    const effect = estimateEffect(armOf(each.control), armOf(each.treatment), each.config.difference_type ?? "relative");
    if (effect.kind === "refused") throw new Error(effect.reason);
    const { expected } = each;
    const bounds = expected.ci.map((bound) =>
      bound === "inf" ? Number.POSITIVE_INFINITY : bound === "-inf" ? Number.NEGATIVE_INFINITY : Number(bound),
    );
    const told = expected.pValue === undefined ? [expected.chanceToWin ?? Number.NaN, ...(expected.risk ?? [])] : [expected.pValue];
    const wanted = [expected.expected, ...bounds, expected.uplift.stddev, ...told];
    const found = figuresOf(each, effect);
    expect(found).toHaveLength(wanted.length);
    for (const [at, value] of wanted.entries()) {
      if (Number.isFinite(value)) expect(Math.abs((found[at] ?? Number.NaN) - value)).toBeLessThan(1e-9);
      else expect(found[at]).toBe(value);
    }
  });
  test.each(file.srm)("units $observed of weights $weights", ({ observed, weights, expected_p }) => {
    const found = checkSampleRatio(observed.map((units, at) => ({ units, weight: weights[at] ?? 0 })));
    expect(found.p).toBeCloseTo(expected_p, 12);
    expect(found.blocks).toBe(expected_p < 0.001);
  });
});

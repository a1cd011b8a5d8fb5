import { describe, expect, test } from "vitest";
import { studentTwoSided } from "../statistics/distributions.ts";
import { drawNormal, seededDraw } from "../statistics/random.ts";
import type { ReadMetric } from "./arms-of-moments.ts";
import { tellGroups } from "./tell-groups.ts";
import type { ReadingSettings } from "./tell-results.ts";

const SETTINGS: ReadingSettings = {
  weights: [1, 1],
  metrics: [{ role: "primary", better: "up" }],
  method: "frequentist",
  level: 0.95,
  correction: "holm",
  difference: "absolute",
  prior: null,
  isEarly: false,
};
const share = (...arms: readonly (readonly [number, number])[]): ReadMetric => ({
  statistic: "proportion",
  known: true,
  yesOrNo: [true],
  variants: arms.map(([sum, n]) => ({ n, waiting: 0, sums: [sum], products: [[sum]] })),
});

describe("groups of an experiment", () => {
  const apart = [{ metrics: [share([100, 1_000], [100, 1_000])] }, { metrics: [share([100, 1_000], [200, 1_000])] }];

  test("differ where one has an effect that the other has not, by Cochran's Q", () => {
    const [metric] = tellGroups(apart, SETTINGS).interaction;
    // Effects 0 and 0.1 with variances 2 × 0.09 ÷ 1000 and (0.09 + 0.16) ÷ 1000: Q = 0.1² ÷ (0.00018 + 0.00025), of one degree.
    const q = 0.1 ** 2 / 0.00043;
    expect(metric?.[0]).toBeNull();
    expect(metric?.[1]).toMatchObject({ degrees: 1, call: "differs" });
    expect(metric?.[1]?.heterogeneity).toBeCloseTo((q - 1) / q, 10);
    // Of two effects it is Welch's t, of the degrees that both errors have.
    const [first, second] = [0.00018 ** 2 / (2 * 0.00009 ** 2), 0.00025 ** 2 / (0.00009 ** 2 + 0.00016 ** 2)].map((parts) => 999 * parts);
    const degrees = 0.00043 ** 2 / (0.00018 ** 2 / (first ?? 0) + 0.00025 ** 2 / (second ?? 0));
    expect(metric?.[1]?.p).toBeCloseTo(studentTwoSided(Math.sqrt(q), degrees), 12);
  });

  test("do not differ before an experiment that is read once has ended", () => {
    expect(tellGroups(apart, { ...SETTINGS, isEarly: true }).interaction[0]?.[1]?.call).toBe("unclear");
  });

  test("differ with a larger p where one may look on any day", () => {
    const once = tellGroups(apart, SETTINGS).interaction[0]?.[1]?.p ?? 1;
    const anyDay = tellGroups(apart, { ...SETTINGS, method: "sequential" }).interaction;
    expect(anyDay[0]?.[1]?.p).toBeGreaterThan(once);
    expect(tellGroups(apart, { ...SETTINGS, method: "bayesian" }).interaction).toEqual(anyDay);
  });

  test("pay together, by Holm where no correction was chosen, and guardrails for nothing", () => {
    const two = apart.map(({ metrics }) => ({ metrics: [...metrics, ...metrics] }));
    const [primary] = SETTINGS.metrics;
    const metrics = primary === undefined ? [] : [primary, primary];
    const told = (roles: ReadingSettings["metrics"]) => tellGroups(two, { ...SETTINGS, correction: "none", metrics: roles });
    const [a, b] = told(metrics).interaction.map((variants) => variants[1]);
    expect([a?.pAdjusted, b?.pAdjusted]).toEqual([2 * (a?.p ?? 0), 2 * (a?.p ?? 0)]);
    const guarded = told([
      { role: "primary", better: "up" },
      { role: "guardrail", better: "up" },
    ]).interaction.map((variants) => variants[1]);
    expect(guarded.map((each) => each?.pAdjusted === each?.p)).toEqual([true, true]);
    const effects = told(metrics).groups.map((group) => group.map(({ variants }) => variants[1]?.effect));
    expect(effects[1]?.[0]?.pAdjusted).toBeGreaterThan(effects[1]?.[0]?.p ?? 1);
  });

  test("are compared from 30 people in each variant on, since errors of fewer are guesses", () => {
    const few = { metrics: [share([10, 29], [20, 400])] };
    const [told] = tellGroups([...apart, few], SETTINGS).interaction;
    expect(told?.[1]).toEqual({ ...tellGroups(apart, SETTINGS).interaction[0]?.[1], leftOut: 1 });
    expect(tellGroups([few, few], SETTINGS).interaction).toEqual([[null, null]]);
    expect(tellGroups([few, few], SETTINGS).groups[0]?.[0]?.variants[1]?.effect).not.toBeNull();
  });

  test("by simulation many small groups that do not differ are called in about 5 of 100", () => {
    const draw = seededDraw(88);
    const rounds = 400;
    const arm = (people: number) => {
      const values = Array.from({ length: people }, () => drawNormal(draw));
      const sum = (of: (value: number) => number): number => values.reduce((all, value) => all + of(value), 0);
      return { n: people, waiting: 0, sums: [sum((value) => value)], products: [[sum((value) => value ** 2)]] };
    };
    const calledOf = (people: number): number => {
      const group = () => ({
        metrics: [{ statistic: "mean" as const, known: true, yesOrNo: [false], variants: [arm(people), arm(people)] }],
      });
      const told = Array.from(
        { length: rounds },
        () => tellGroups(Array.from({ length: 20 }, group), SETTINGS).interaction[0]?.[1]?.call ?? "unclear",
      );
      return told.filter((call) => call === "differs").length / rounds;
    };
    for (const people of [3, 5, 10, 20, 29]) expect(calledOf(people)).toBe(0);
    for (const people of [30, 200]) expect(calledOf(people)).toBeLessThan(0.085);
  });

  test("tell nothing of a group without people in a variant, nor of one group alone", () => {
    const empty = { metrics: [share([0, 0], [1, 5])] };
    expect(tellGroups([apart[1] ?? empty, empty], SETTINGS).interaction).toEqual([[null, null]]);
  });
});

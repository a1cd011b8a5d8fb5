import { describe, expect, test } from "vitest";
import { adjustedArm } from "./arm-of-units.suite.ts";
import { baselineOf, planExperiment, type PlanAsked } from "./plan-experiment.ts";
import { detectableEffect, powerAt, type PowerPlan, unitsNeeded } from "./power.ts";

const PLAN: PowerPlan = { baseline: { kind: "proportion", share: 0.1 }, difference: "relative", weights: [2, 1, 1] };
const ASKED: PlanAsked = { effect: 0.1, power: 0.8, perDay: 2_000, traffic: 0.5, weeks: 3 };

describe("a plan", () => {
  test("says how many units, of each arm, how long, and what is found week by week", () => {
    const { units, unitsOfArms, days, untold, weeks } = planExperiment(PLAN, ASKED);
    expect(units).toBe(unitsNeeded(PLAN, 0.1));
    expect(unitsOfArms).toEqual([Math.ceil(Number(units) / 2), Math.ceil(Number(units) / 4), Math.ceil(Number(units) / 4)]);
    expect([days, untold]).toEqual([Math.ceil(Number(units) / 1_000), null]);
    expect(weeks.map((week) => [week.days, week.units])).toEqual([
      [7, 7_000],
      [14, 14_000],
      [21, 21_000],
    ]);
    for (const { units, detectable } of weeks) expect(detectable).toBe(detectableEffect(PLAN, units));
  });
  test("takes the window longer, since whoever comes in its last days does not count", () => {
    const [at, after] = [planExperiment(PLAN, ASKED), planExperiment(PLAN, { ...ASKED, windowDays: 10 })];
    expect([after.units, after.days]).toEqual([at.units, Number(at.days) + 10]);
    expect(after.weeks.map(({ units }) => units)).toEqual([0, 4_000, 11_000]);
    expect(after.weeks[0]?.detectable).toBeNull();
    expect(after.weeks[2]?.detectable).toBe(detectableEffect(PLAN, 11_000));
    expect(planExperiment(PLAN, { ...ASKED, perDay: 0, windowDays: 10 }).days).toBeNull();
  });
  test("read sequentially is smaller where the reading is tuned to its size, and that stays so week by week", () => {
    const tuned: PowerPlan = { ...PLAN, tuning: "size" };
    const { units, weeks } = planExperiment(tuned, ASKED);
    const plain = Number(unitsNeeded({ ...PLAN, tuning: 5_000 }, 0.1));
    expect(Number(units)).toBeLessThan(plain);
    expect(Number(units)).toBeGreaterThan(Number(unitsNeeded(PLAN, 0.1)));
    const compared = (Number(units) * 3) / 4;
    for (const week of weeks) expect(week.detectable).toBe(detectableEffect({ ...PLAN, tuning: compared }, week.units));
    expect(powerAt({ ...PLAN, tuning: compared }, 0.1, Number(units))).toBeGreaterThanOrEqual(0.8);
  });
  test("looks for a fall where a fall is worth acting on", () => {
    const { weeks, units } = planExperiment(PLAN, { ...ASKED, effect: -0.1 });
    for (const week of weeks) {
      expect(week.detectable).toBeLessThan(0);
      expect(powerAt(PLAN, Number(week.detectable), week.units)).toBeCloseTo(0.8, 8);
    }
    expect(powerAt(PLAN, -0.1, Number(units))).toBeGreaterThanOrEqual(0.8);
  });
  test("says why there is none", () => {
    expect(planExperiment(PLAN, { ...ASKED, effect: 0 })).toMatchObject({
      units: null,
      unitsOfArms: null,
      days: null,
      untold: "out_of_reach",
    });
    expect(planExperiment(PLAN, { ...ASKED, perDay: 0 })).toMatchObject({
      days: null,
      untold: "out_of_reach",
      weeks: [{ detectable: null }, {}, {}],
    });
    expect(planExperiment({ ...PLAN, baseline: { kind: "mean", mean: 0, deviation: 2 } }, ASKED)).toMatchObject({
      untold: "baseline_zero",
    });
  });
});

test("what was measured is a baseline, with what people did before as what CUPED takes away", () => {
  expect(baselineOf({ kind: "proportion", n: 50, sum: 10 })).toEqual({ baseline: { kind: "proportion", share: 0.2 }, reduction: 0 });
  const before = Array.from({ length: 200 }, (_, at) => [10 + (at % 17) + 3 * ((at * 7) % 5), at % 17] as const);
  const { baseline, reduction } = baselineOf(adjustedArm(before));
  const values = before.map(([value]) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / 200;
  expect(baseline).toMatchObject({ kind: "mean", mean: expect.closeTo(mean, 10) });
  expect(reduction).toBeGreaterThan(0.5);
  expect(reduction).toBeLessThan(0.7);
});

import { describe, expect, test } from "vitest";
import { type Arm, estimateArm } from "./arm.ts";
import {
  adjustedArm,
  adjustedRatioArm,
  clusteredQuantileArm,
  meanArm,
  proportionArm,
  quantileArm,
  ratioArm,
} from "./arm-of-units.suite.ts";
import { bootstrap } from "./bootstrap.suite.ts";
import { capAt, capped } from "./capping.suite.ts";
import { estimateEffect } from "./effect.ts";
import { fixedInterval } from "./interval.ts";
import { drawNormal, seededDraw } from "./random.ts";
import { sharedTheta } from "./theta.ts";

type Pair = readonly [number, number];
const draw = seededDraw(20_261_101);
const many = <Unit>(count: number, unit: () => Unit): readonly Unit[] => Array.from({ length: count }, unit);
const spent = (mean: number): number => (draw() < 0.6 ? 0 : -mean * Math.log(1 - draw()));

/** Drawing the units again knows none of the formulas: they must agree with it on the standard error, and nearly so on the interval. */
function agrees<Unit>(
  units: { readonly control: readonly Unit[]; readonly treatment: readonly Unit[] },
  armOf: (units: readonly Unit[]) => Arm,
  within = 0.12,
): void {
  const effect = estimateEffect(armOf(units.control), armOf(units.treatment));
  if (effect.kind === "refused") throw new Error(effect.reason);
  const interval = fixedInterval(effect);
  const told = bootstrap(
    units,
    (control, treatment) => {
      const [a, b] = [armOf(control), armOf(treatment)];
      const theta = sharedTheta(a, b);
      const [from, to] = [estimateArm(a, theta), estimateArm(b, theta)];
      return (to.value - from.value) / from.unadjusted;
    },
    { seed: 5, draws: 800 },
  );
  if (told === undefined) throw new Error("the draws differ");
  expect(told.estimate).toBeCloseTo(effect.estimate, 10);
  expect(Math.abs(told.standardError / effect.standardError - 1)).toBeLessThan(within);
  expect(Math.abs(told.low - interval.low)).toBeLessThan(0.5 * effect.standardError);
  expect(Math.abs(told.high - interval.high)).toBeLessThan(0.5 * effect.standardError);
}

describe("formulas agree with drawing the units again", () => {
  test("proportion", () => {
    agrees({ control: many(500, () => draw() < 0.2), treatment: many(400, () => draw() < 0.25) }, proportionArm);
  });
  test("mean, capped at what the units of both arms have", () => {
    const units = { control: many(600, () => spent(40)), treatment: many(600, () => spent(44)) };
    const at = capAt([...units.control, ...units.treatment], { kind: "percentile", share: 0.95, ignoreZeros: true });
    agrees(units, meanArm);
    agrees(units, (values) => meanArm(capped(values, at)));
  });
  test("ratio", () => {
    const unit = (value: number) => (): Pair => {
      const [orders, own] = [1 + Math.floor(5 * draw()), value + 4 * drawNormal(draw)];
      return [orders * own, orders];
    };
    agrees({ control: many(500, unit(20)), treatment: many(450, unit(21)) }, ratioArm);
  });
  test("adjusted mean", () => {
    const unit = (more: number) => (): Pair => {
      const before = 30 + 10 * drawNormal(draw);
      return [before + more + 5 * drawNormal(draw), before];
    };
    agrees({ control: many(300, unit(5)), treatment: many(350, unit(6)) }, adjustedArm);
  });
  test("adjusted ratio", () => {
    const unit = (more: number) => (): readonly [Pair, Pair] => {
      const own = 20 + 4 * drawNormal(draw);
      const period = (value: number): Pair => {
        const orders = 1 + Math.floor(5 * draw());
        return [orders * (own + value) + drawNormal(draw), orders];
      };
      return [period(more), period(0)];
    };
    agrees({ control: many(400, unit(0)), treatment: many(400, unit(1)) }, adjustedRatioArm);
  });
  // The error of a quantile hangs on few numbers about it, in the formula and in the draws.
  test("quantile of units, and of all numbers of units that have several", () => {
    const waits = (mean: number) => (): number => -mean * Math.log(1 - draw());
    agrees({ control: many(600, waits(10)), treatment: many(600, waits(11)) }, (values) => quantileArm(values, 0.7), 0.2);
    const several = (mean: number) => (): readonly number[] => {
      const own = mean + 3 * drawNormal(draw);
      return many(1 + Math.floor(6 * draw()), () => own + drawNormal(draw));
    };
    agrees({ control: many(300, several(20)), treatment: many(300, several(21)) }, (units) => clusteredQuantileArm(units, 0.5), 0.2);
  });
});

test("draws that do not differ say nothing", () => {
  expect(bootstrap({ control: [1, 1], treatment: [1, 1] }, (a, b) => a.length - b.length, { seed: 1, draws: 20 })).toBeUndefined();
});

import {
  adjustedArm,
  adjustedRatioArm,
  clusteredQuantileArm,
  meanArm,
  proportionArm,
  quantileArm,
  ratioArm,
} from "./arm-of-units.suite.ts";
import { capAt, capped } from "./capping.suite.ts";
import { type Effect, estimateEffect, type Refused } from "./effect.ts";
import { type Draw, drawNormal } from "./random.ts";

type Pair = readonly [number, number];
/** A kind of experiment that is simulated: the effect that is planted, and one experiment of it. */
export type Simulated = { readonly truth: number; readonly experiment: (draw: Draw) => Effect | Refused };

/** So many units, one after the other. */
export const many = <Unit>(count: number, unit: () => Unit): readonly Unit[] => Array.from({ length: count }, unit);
export const exponential = (draw: Draw, mean: number): number => -mean * Math.log(1 - draw());
const capOf = (mean: number, at: number): number => mean * (1 - Math.exp(-at / mean));

function several(draw: Draw, mean: number): readonly number[] {
  const own = mean + 2 * drawNormal(draw);
  return many(1 + Math.floor(5 * draw()), () => own + 2 * drawNormal(draw));
}
function orders(draw: Draw, value: number): Pair {
  const [count, own] = [1 + Math.floor(5 * draw()), value + 4 * drawNormal(draw)];
  return [count * own, count];
}
/** A unit that spends much after if it did before; by so much more. */
export function beforeAndAfter(draw: Draw, more: number): Pair {
  const before = 30 + 10 * drawNormal(draw);
  return [before + more + 5 * drawNormal(draw), before];
}
function ordersBefore(draw: Draw, value: number): readonly [Pair, Pair] {
  const own = 20 + 4 * drawNormal(draw);
  const period = (mean: number): Pair => {
    const count = 1 + Math.floor(5 * draw());
    return [count * (own + mean - 20) + 2 * drawNormal(draw), count];
  };
  return [period(value), period(20)];
}
function revenues(draw: Draw): Effect | Refused {
  const [control, treatment] = [many(400, () => exponential(draw, 50)), many(400, () => exponential(draw, 50))];
  const at = capAt([...control, ...treatment], { kind: "percentile", share: 0.95, ignoreZeros: true });
  return estimateEffect(meanArm(capped(control, at)), meanArm(capped(treatment, at)));
}
/** One of every kind of arm, each with an effect that is known. */
export const KINDS: Readonly<Record<string, Simulated>> = {
  proportion: {
    truth: 0.2,
    experiment: (draw) => estimateEffect(proportionArm(many(900, () => draw() < 0.2)), proportionArm(many(700, () => draw() < 0.24))),
  },
  mean: {
    truth: 0.1,
    experiment: (draw) => estimateEffect(meanArm(many(400, () => exponential(draw, 10))), meanArm(many(500, () => exponential(draw, 11)))),
  },
  "mean, unequal and few, absolute": {
    truth: 1,
    experiment: (draw) =>
      estimateEffect(meanArm(many(8, () => 5 * drawNormal(draw))), meanArm(many(25, () => 1 + drawNormal(draw))), "absolute"),
  },
  ratio: {
    truth: 0.05,
    experiment: (draw) => estimateEffect(ratioArm(many(400, () => orders(draw, 20))), ratioArm(many(300, () => orders(draw, 21)))),
  },
  "adjusted mean": {
    truth: 1 / 33,
    experiment: (draw) =>
      estimateEffect(adjustedArm(many(250, () => beforeAndAfter(draw, 3))), adjustedArm(many(250, () => beforeAndAfter(draw, 4)))),
  },
  "adjusted ratio": {
    truth: 0.05,
    experiment: (draw) =>
      estimateEffect(adjustedRatioArm(many(300, () => ordersBefore(draw, 20))), adjustedRatioArm(many(300, () => ordersBefore(draw, 21)))),
  },
  "money capped at an amount": {
    truth: capOf(55, 120) / capOf(50, 120) - 1,
    experiment: (draw) =>
      estimateEffect(
        meanArm(
          capped(
            many(400, () => exponential(draw, 50)),
            120,
          ),
        ),
        meanArm(
          capped(
            many(400, () => exponential(draw, 55)),
            120,
          ),
        ),
      ),
  },
  "money capped at a percentile, no effect": { truth: 0, experiment: revenues },
  quantile: {
    truth: 0.1,
    experiment: (draw) =>
      estimateEffect(
        quantileArm(
          many(400, () => exponential(draw, 10)),
          0.5,
        ),
        quantileArm(
          many(400, () => exponential(draw, 11)),
          0.5,
        ),
      ),
  },
  "quantile of units with several numbers": {
    truth: 0.05,
    experiment: (draw) =>
      estimateEffect(
        clusteredQuantileArm(
          many(250, () => several(draw, 20)),
          0.5,
        ),
        clusteredQuantileArm(
          many(250, () => several(draw, 21)),
          0.5,
        ),
      ),
  },
};

/** An effect that can be told. */
export function told(found: Effect | Refused): Effect {
  if (found.kind === "refused") throw new Error(found.reason);
  return found;
}

/** In which share of the rounds something holds. */
export function shareOf(rounds: number, holds: (round: number) => boolean): number {
  return many(rounds, () => 0).filter((_, round) => holds(round)).length / rounds;
}

/** Whether an experiment without effect, read on each of thirty days, is called on any of them: the share of so many. */
export function calledOnAnyDay(rounds: number, draw: Draw, read: (effect: Effect) => boolean): number {
  return shareOf(rounds, () => {
    const [control, treatment] = [
      { kind: "mean" as const, n: 0, sum: 0, sumSquares: 0 },
      { kind: "mean" as const, n: 0, sum: 0, sumSquares: 0 },
    ];
    let called = false;
    for (let day = 0; day < 30; day += 1) {
      for (const arm of [control, treatment]) {
        for (let unit = 0; unit < 40; unit += 1) {
          const value = 3 + drawNormal(draw);
          arm.n += 1;
          arm.sum += value;
          arm.sumSquares += value * value;
        }
      }
      called ||= read(told(estimateEffect(control, treatment)));
    }
    return called;
  });
}

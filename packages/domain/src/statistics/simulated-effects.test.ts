import { describe, expect, test } from "vitest";
import type { Arm } from "./arm.ts";
import { adjustedArm, clusteredQuantileArm, meanArm, proportionArm, quantileArm, ratioArm } from "./arm-of-units.ts";
import { posteriorOf } from "./bayesian.ts";
import { capAt, capped } from "./capping.ts";
import { adjustedPs } from "./corrections.ts";
import { type Effect, estimateEffect, type Refused } from "./effect.ts";
import { fixedInterval } from "./interval.ts";
import { postStratifiedEffect } from "./post-stratify.ts";
import { powerAt, type PowerPlan, unitsNeeded } from "./power.ts";
import { type Draw, drawNormal, seededDraw } from "./random.ts";
import { checkSampleRatio } from "./sample-ratio.ts";
import { interactionOf } from "./segment-uplift.ts";
import { sequentialInterval } from "./sequential.ts";

const ROUNDS = 1_000;
/** Three standard errors of a share of 5 % among the rounds, either way. */
const SLACK = 3.2 * Math.sqrt((0.05 * 0.95) / ROUNDS);

type Pair = readonly [number, number];
type Simulated = { readonly truth: number; readonly experiment: (draw: Draw) => Effect | Refused };

const many = <Unit>(count: number, unit: () => Unit): readonly Unit[] => Array.from({ length: count }, unit);
const exponential = (draw: Draw, mean: number): number => -mean * Math.log(1 - draw());
const capOf = (mean: number, at: number): number => mean * (1 - Math.exp(-at / mean));

function several(draw: Draw, mean: number): readonly number[] {
  const own = mean + 2 * drawNormal(draw);
  return many(1 + Math.floor(5 * draw()), () => own + 2 * drawNormal(draw));
}
function orders(draw: Draw, value: number): Pair {
  const [count, own] = [1 + Math.floor(5 * draw()), value + 4 * drawNormal(draw)];
  return [count * own, count];
}
function beforeAndAfter(draw: Draw, more: number): Pair {
  const before = 30 + 10 * drawNormal(draw);
  return [before + more + 5 * drawNormal(draw), before];
}
function revenues(draw: Draw): Effect | Refused {
  const [control, treatment] = [many(400, () => exponential(draw, 50)), many(400, () => exponential(draw, 50))];
  const at = capAt([...control, ...treatment], { kind: "percentile", share: 0.95, ignoreZeros: true });
  return estimateEffect(meanArm(capped(control, at)), meanArm(capped(treatment, at)));
}
function strata(draw: Draw): Effect | Refused {
  const sorted = (more: number): readonly Arm[] => {
    const units = many(300, (): Pair => {
      const stratum = Math.floor(3 * draw());
      return [stratum, 20 + 30 * stratum + more + 5 * drawNormal(draw)];
    });
    return [0, 1, 2].map((stratum) => meanArm(units.flatMap(([own, value]) => (own === stratum ? [value] : []))));
  };
  const [control, treatment] = [sorted(0), sorted(2)];
  return postStratifiedEffect(
    control.flatMap((arm, at) => {
      const other = treatment[at];
      return arm.kind === "mean" && other?.kind === "mean" ? [{ control: arm, treatment: other }] : [];
    }),
    "absolute",
  );
}

const KINDS: Readonly<Record<string, Simulated>> = {
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
  "post-stratified mean": { truth: 2, experiment: strata },
};

function told(found: Effect | Refused): Effect {
  if (found.kind === "refused") throw new Error(found.reason);
  return found;
}
function shareOf(rounds: number, holds: (round: number) => boolean): number {
  return many(rounds, () => 0).filter((_, round) => holds(round)).length / rounds;
}

describe("intervals of 95 % hold the effect 95 times of 100", () => {
  test.each(Object.entries(KINDS))("%s", (kind, { truth, experiment }) => {
    const draw = seededDraw(kind.length * 7_919);
    const held = shareOf(ROUNDS, () => {
      const { low, high } = fixedInterval(told(experiment(draw)));
      return low <= truth && truth <= high;
    });
    expect(Math.abs(held - 0.95)).toBeLessThan(SLACK);
  });
  test("and so do credible intervals after a flat prior, whose chance to win is uniform where there is no effect", () => {
    const draw = seededDraw(77);
    const chances: number[] = [];
    const held = shareOf(ROUNDS, () => {
      const found = posteriorOf(
        told(estimateEffect(meanArm(many(300, () => exponential(draw, 10))), meanArm(many(300, () => exponential(draw, 10))))),
      );
      if (found.kind === "refused") throw new Error(found.reason);
      chances.push(found.chanceToWin);
      return found.low <= 0 && found.high >= 0;
    });
    expect(Math.abs(held - 0.95)).toBeLessThan(SLACK);
    for (const place of [0.1, 0.5, 0.9])
      expect(Math.abs(chances.filter((chance) => chance < place).length / ROUNDS - place)).toBeLessThan(0.05);
  });
  test("one-sided tests call nothing 5 times of 100", () => {
    const draw = seededDraw(12);
    const found = many(ROUNDS, () =>
      told(estimateEffect(meanArm(many(150, () => drawNormal(draw))), meanArm(many(150, () => drawNormal(draw))), "absolute")),
    );
    for (const side of ["greater", "lesser"] as const) {
      expect(Math.abs(found.filter((effect) => fixedInterval(effect, { side }).p < 0.05).length / ROUNDS - 0.05)).toBeLessThan(SLACK);
    }
  });
});

describe("looking every day", () => {
  /** Whether an experiment without effect is called on any of thirty days. */
  function calls(rounds: number, read: (effect: Effect) => boolean): number {
    const draw = seededDraw(99);
    return shareOf(rounds, () => {
      const [control, treatment] = [0, 1].map(() => ({ n: 0, sum: 0, sumSquares: 0 }));
      let called = false;
      for (let day = 0; day < 30; day += 1) {
        for (const arm of [control, treatment]) {
          for (let unit = 0; unit < 40; unit += 1) {
            const value = 3 + drawNormal(draw);
            if (arm === undefined) continue;
            arm.n += 1;
            arm.sum += value;
            arm.sumSquares += value * value;
          }
        }
        const effect = estimateEffect(
          { kind: "mean", n: 0, sum: 0, sumSquares: 0, ...control },
          { kind: "mean", n: 0, sum: 0, sumSquares: 0, ...treatment },
        );
        called ||= read(told(effect));
      }
      return called;
    });
  }
  test("with intervals for all times calls nothing in at most 5 of 100, with those for one look in many more", () => {
    expect(calls(400, (effect) => sequentialInterval(effect, { tuning: 1_000 }).p < 0.05)).toBeLessThan(0.05);
    expect(calls(400, (effect) => sequentialInterval(effect, { tuning: 1_000, side: "greater" }).low > 0)).toBeLessThan(0.05);
    expect(calls(400, (effect) => fixedInterval(effect).p < 0.05)).toBeGreaterThan(0.15);
  });
});

describe("what was planned", () => {
  const proportions = (draw: Draw, units: number, effect: number): Effect | Refused =>
    estimateEffect(proportionArm(many(units / 2, () => draw() < 0.2)), proportionArm(many(units / 2, () => draw() < 0.2 * (1 + effect))));
  const planned: readonly (readonly [string, PowerPlan, number, (draw: Draw, units: number, effect: number) => Effect | Refused])[] = [
    ["proportion that rises", { baseline: { kind: "proportion", share: 0.2 }, difference: "relative", weights: [1, 1] }, 0.3, proportions],
    [
      "proportion that falls",
      { baseline: { kind: "proportion", share: 0.2 }, difference: "relative", weights: [1, 1], side: "lesser" },
      -0.3,
      proportions,
    ],
    [
      "proportion, looked at for all times",
      { baseline: { kind: "proportion", share: 0.2 }, difference: "relative", weights: [1, 1], tuning: 2_000 },
      0.3,
      proportions,
    ],
    [
      "mean, two of three units treated",
      { baseline: { kind: "mean", mean: 10, deviation: 5 }, difference: "absolute", weights: [1, 2] },
      1,
      (draw, units, effect) =>
        estimateEffect(
          meanArm(many(Math.round(units / 3), () => 10 + 5 * drawNormal(draw))),
          meanArm(many(Math.round((2 * units) / 3), () => 10 + effect + 5 * drawNormal(draw))),
          "absolute",
        ),
    ],
    [
      "adjusted mean",
      { baseline: { kind: "mean", mean: 33, deviation: Math.sqrt(125) }, difference: "relative", weights: [1, 1], reduction: 0.8 },
      1 / 33,
      (draw, units) =>
        estimateEffect(
          adjustedArm(many(units / 2, () => beforeAndAfter(draw, 3))),
          adjustedArm(many(units / 2, () => beforeAndAfter(draw, 4))),
        ),
    ],
  ];
  test.each(planned)("is found as often as the calculator says: %s", (name, plan, effect, experiment) => {
    const units = 2 * Math.ceil(Number(unitsNeeded(plan, effect)) / 2);
    const draw = seededDraw(name.length * 104_729);
    const { tuning, side = "two_sided" } = plan;
    const found = shareOf(ROUNDS, () => {
      const estimated = told(experiment(draw, units, effect));
      return (tuning === undefined ? fixedInterval(estimated, { side }) : sequentialInterval(estimated, { tuning })).p < 0.05;
    });
    expect(Math.abs(found - powerAt(plan, effect, units))).toBeLessThan(3.2 * Math.sqrt((0.8 * 0.2) / ROUNDS));
  });
});

describe("looking at many things", () => {
  test("any false call stays at the level by Bonferroni and Holm, and does not without", () => {
    const draw = seededDraw(4);
    const rounds = many(ROUNDS, () =>
      many(
        5,
        () =>
          fixedInterval(
            told(estimateEffect(meanArm(many(50, () => drawNormal(draw))), meanArm(many(50, () => drawNormal(draw))), "absolute")),
          ).p,
      ),
    );
    const called = (by: "none" | "bonferroni" | "holm" | "benjamini_hochberg"): number =>
      rounds.filter((ps) => adjustedPs(ps, by).some((p) => p !== null && p < 0.05)).length / ROUNDS;
    for (const by of ["bonferroni", "holm", "benjamini_hochberg"] as const) expect(called(by)).toBeLessThan(0.05 + SLACK);
    expect(called("none")).toBeGreaterThan(0.15);
  });
  test("segments that do not differ are said to 5 times of 100, and a split as planned is off as often as its p says", () => {
    const draw = seededDraw(31);
    const differ = shareOf(ROUNDS, () => {
      const effects = many(4, () =>
        told(estimateEffect(proportionArm(many(300, () => draw() < 0.3)), proportionArm(many(300, () => draw() < 0.4)), "absolute")),
      );
      return (interactionOf(effects)?.p ?? 1) < 0.05;
    });
    expect(Math.abs(differ - 0.05)).toBeLessThan(SLACK);
    const off = shareOf(ROUNDS, () => {
      const counts = [0, 0, 0];
      for (let unit = 0; unit < 600; unit += 1) {
        const place = draw();
        const at = place < 0.5 ? 0 : place < 0.75 ? 1 : 2;
        counts[at] = (counts[at] ?? 0) + 1;
      }
      return checkSampleRatio(counts.map((units, at) => ({ units, weight: at === 0 ? 2 : 1 }))).p < 0.05;
    });
    expect(Math.abs(off - 0.05)).toBeLessThan(SLACK);
  });
});

import { describe, expect, test } from "vitest";
import type { Arm } from "./arm.ts";
import { adjustedArm, meanArm, proportionArm, ratioArm } from "./arm-of-units.suite.ts";
import { posteriorOf } from "./bayesian.ts";
import { adjustedPs } from "./corrections.ts";
import { type Effect, estimateEffect, type Refused } from "./effect.ts";
import { fixedInterval } from "./interval.ts";
import { powerAt, type PowerPlan, unitsNeeded } from "./power.ts";
import { type Draw, drawNormal, seededDraw } from "./random.ts";
import { checkSampleRatio } from "./sample-ratio.ts";
import { interactionOf } from "./interaction.ts";
import { sequentialChiSquare, sequentialInterval } from "./sequential.ts";
import { beforeAndAfter, calledOnAnyDay, exponential, KINDS, many, shareOf, told } from "./simulated-arms.suite.ts";

const ROUNDS = 1_000;
/** Three standard errors of a share of 5 % among the rounds, either way. */
const SLACK = 3.2 * Math.sqrt((0.05 * 0.95) / ROUNDS);

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

/** An arm to which thirty units come each time it is looked at. */
function grown<Unit>(draw: () => Unit, armOf: (units: readonly Unit[]) => Arm): () => Arm {
  const units: Unit[] = [];
  return () => {
    units.push(...many(30, draw));
    return armOf(units);
  };
}

describe("looking every day", () => {
  test("with intervals for all times calls nothing in at most 5 of 100, with those for one look in many more", () => {
    expect(calledOnAnyDay(400, seededDraw(99), (effect) => sequentialInterval(effect, { tuning: 1_000 }).p < 0.05)).toBeLessThan(0.05);
    expect(
      calledOnAnyDay(400, seededDraw(99), (effect) => sequentialInterval(effect, { tuning: 1_000, side: "greater" }).low > 0),
    ).toBeLessThan(0.05);
    // Tuned to the planned size, however it compares with the 2,400 units that come.
    for (const tuning of [200, 2_400, 50_000])
      expect(calledOnAnyDay(400, seededDraw(tuning), (effect) => sequentialInterval(effect, { tuning }).p < 0.05)).toBeLessThan(0.05);
    expect(calledOnAnyDay(400, seededDraw(99), (effect) => fixedInterval(effect).p < 0.05)).toBeGreaterThan(0.15);
  });
  const kinds: Readonly<Record<string, (draw: Draw) => () => () => Arm>> = {
    shares: (draw) => () => grown(() => draw() < 0.3, proportionArm),
    quotients: (draw) => () => grown((): readonly [number, number] => [3 + drawNormal(draw), 1 + Math.floor(3 * draw())], ratioArm),
    "means less what was before": (draw) => () => grown(() => beforeAndAfter(draw, 3), adjustedArm),
  };
  test.each(Object.entries(kinds))("calls nothing in at most 5 of 100 of %s either", (kind, armsOf) => {
    const arms = armsOf(seededDraw(kind.length * 65_537));
    const called = shareOf(200, () => {
      const [control, treatment] = [arms(), arms()];
      return many(30, () => told(estimateEffect(control(), treatment()))).some(
        (effect) => sequentialInterval(effect, { tuning: 1_000 }).p < 0.05,
      );
    });
    expect(called).toBeLessThan(0.05);
  });
  test("whether groups differ is called in at most 5 of 100 by a p for all times, in many more by one for one look", () => {
    const [days, rounds, groups] = [30, 400, 4];
    const draw = seededDraw(23);
    const called = { always: 0, once: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const units = many(groups, (): { readonly control: number[]; readonly treatment: number[] } => ({ control: [], treatment: [] }));
      const found = { always: false, once: false };
      for (let day = 0; day < days; day += 1) {
        for (const { control, treatment } of units) {
          control.push(...many(8, () => drawNormal(draw)));
          treatment.push(...many(8, () => 1 + drawNormal(draw)));
        }
        const effects = units.map(({ control, treatment }) => told(estimateEffect(meanArm(control), meanArm(treatment), "absolute")));
        const interaction = interactionOf(effects);
        if (interaction === null) throw new Error("groups");
        const n = effects.reduce((sum, effect) => sum + effect.n, 0);
        found.always ||= sequentialChiSquare({ ...interaction, n }, { tuning: 1_000 }) < 0.05;
        found.once ||= interaction.p < 0.05;
      }
      called.always += Number(found.always);
      called.once += Number(found.once);
    }
    expect(called.always / rounds).toBeLessThan(0.05);
    expect(called.once / rounds).toBeGreaterThan(0.15);
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
      "proportion, looked at for all times and tuned to its size",
      { baseline: { kind: "proportion", share: 0.2 }, difference: "relative", weights: [1, 1], tuning: "size" },
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
      return (
        (tuning === undefined
          ? fixedInterval(estimated, { side })
          : sequentialInterval(estimated, { tuning: tuning === "size" ? units : tuning })
        ).p < 0.05
      );
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

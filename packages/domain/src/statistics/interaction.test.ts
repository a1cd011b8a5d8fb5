import { describe, expect, test } from "vitest";
import { meanArm } from "./arm-of-units.suite.ts";
import { chiSquareUpper, studentTwoSided } from "./distributions.ts";
import { estimateEffect } from "./effect.ts";
import { type Draw, drawNormal, seededDraw } from "./random.ts";
import { interactionOf } from "./interaction.ts";
import { many } from "./simulated-arms.suite.ts";

test("one effect has nothing to differ from", () => {
  expect(interactionOf([{ estimate: 1, standardError: 1, degrees: 5 }])).toBeNull();
});

test("segments differ as Cochran's Q says (R, metafor: the BCG vaccine's log risk ratios, Q = 152.23 on 12 degrees, I² 92.12 %)", () => {
  // Vaccinated ill, well, not vaccinated ill, well: Colditz et al., JAMA 271 (1994).
  const trials = [
    [4, 119, 11, 128],
    [6, 300, 29, 274],
    [3, 228, 11, 209],
    [62, 13536, 248, 12619],
    [33, 5036, 47, 5761],
    [180, 1361, 372, 1079],
    [8, 2537, 10, 619],
    [505, 87886, 499, 87892],
    [29, 7470, 45, 7232],
    [17, 1699, 65, 1600],
    [186, 50448, 141, 27197],
    [5, 2493, 3, 2338],
    [27, 16886, 29, 17825],
  ] as const;
  const found = interactionOf(
    trials.map(([ill, well, others, rest]) => ({
      estimate: Math.log(ill / (ill + well) / (others / (others + rest))),
      standardError: Math.sqrt(1 / ill - 1 / (ill + well) + 1 / others - 1 / (others + rest)),
      degrees: Infinity,
    })),
  );
  expect(found).toMatchObject({ q: expect.closeTo(152.233, 3), degrees: 12, heterogeneity: expect.closeTo(0.9212, 4) });
});

test("two segments differ as Welch's t says, and where errors are known as Q against chi-square does", () => {
  const effects = [
    { estimate: 1.2, standardError: 0.4, degrees: 7 },
    { estimate: -0.1, standardError: 0.7, degrees: 4 },
  ];
  const variance = 0.4 ** 2 + 0.7 ** 2;
  const degrees = variance ** 2 / (0.4 ** 4 / 7 + 0.7 ** 4 / 4);
  const found = interactionOf(effects);
  expect(found?.p).toBeCloseTo(studentTwoSided(1.3 / Math.sqrt(variance), degrees), 12);
  expect(chiSquareUpper(found?.chiSquare ?? 0, 1)).toBeCloseTo(found?.p ?? 0, 12);
  const known = interactionOf(effects.map((effect) => ({ ...effect, degrees: Infinity })));
  expect(known?.p).toBeCloseTo(chiSquareUpper(known?.q ?? 0, 1), 12);
  expect(known?.chiSquare).toBeCloseTo(known?.q ?? 0, 10);
});

describe("small segments that do not differ are said to in about 5 of 100", () => {
  const rounds = 600;
  const values: Readonly<Record<string, (draw: Draw) => number>> = {
    normal: drawNormal,
    skewed: (draw) => -Math.log(1 - draw()),
    shares: (draw) => Number(draw() < 0.3),
  };
  test.each([3, 5, 10, 20, 30].flatMap((people) => Object.keys(values).map((kind) => [people, kind] as const)))(
    "%i an arm, %s",
    (people, kind) => {
      const valueOf = values[kind] ?? drawNormal;
      const draw = seededDraw(people * 31 + kind.length);
      const calledOf = (groups: number): readonly [number, number] => {
        const called = [0, 0];
        for (let round = 0; round < rounds; round += 1) {
          const effects = many(groups, () =>
            estimateEffect(meanArm(many(people, () => valueOf(draw))), meanArm(many(people, () => valueOf(draw))), "absolute"),
          );
          const found = interactionOf(effects.flatMap((effect) => (effect.kind === "refused" ? [] : [effect])));
          called[0] = (called[0] ?? 0) + Number((found?.p ?? 1) < 0.05);
          called[1] = (called[1] ?? 0) + Number(found !== null && chiSquareUpper(found.q, found.degrees) < 0.05);
        }
        return [(called[0] ?? 0) / rounds, (called[1] ?? 0) / rounds];
      };
      const [few] = calledOf(4);
      const [some, byQ] = calledOf(20);
      // 5 of 100, and three standard errors of 600 rounds. Of three an arm even Welch's degrees are guesses: some more, where Q calls nearly half.
      expect(Math.max(few, some)).toBeLessThan(people === 3 ? 0.1 : 0.05 + 3 * Math.sqrt((0.05 * 0.95) / rounds));
      if (kind === "normal" && people <= 5) expect(byQ).toBeGreaterThan(0.2);
    },
  );
});

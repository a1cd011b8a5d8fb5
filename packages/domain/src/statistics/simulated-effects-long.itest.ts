import { describe, expect, test } from "vitest";
import { fixedInterval } from "./interval.ts";
import { seededDraw } from "./random.ts";
import { sequentialInterval } from "./sequential.ts";
import { calledOnAnyDay, KINDS, shareOf, told } from "./simulated-arms.suite.ts";

/** The same as the quick simulations, with so many rounds that a level which is off by one in a hundred is seen. */
const ROUNDS = 10_000;

describe("intervals of 95 % hold the effect 94 to 96 times of 100", () => {
  test.each(Object.entries(KINDS))("%s", (kind, { truth, experiment }) => {
    const draw = seededDraw(kind.length * 15_485_863);
    const held = shareOf(ROUNDS, () => {
      const { low, high } = fixedInterval(told(experiment(draw)));
      return low <= truth && truth <= high;
    });
    expect(Math.abs(held - 0.95)).toBeLessThan(0.01);
  });
});

test("an experiment without effect that is read every day with intervals for all times is called in at most 5 of 100, whatever they are tuned for", () => {
  for (const tuning of [300, 1_000, 5_000]) {
    expect(calledOnAnyDay(4_000, seededDraw(tuning), (effect) => sequentialInterval(effect, { tuning }).p < 0.05)).toBeLessThan(0.05);
  }
});

import { expect, test } from "vitest";
import { seededDraw } from "../statistics/random.ts";
import { shareOf } from "../statistics/simulated-arms.suite.ts";
import type { MetricRole } from "./experiment.ts";
import { callsOnAnyDay, verdictsOnAnyDay } from "./simulated-verdicts.suite.ts";

const ROUNDS = 300;
/** In which share of experiments without effect, of three variants and five metrics, some verdict was wrong on any of thirty days. */
const wrongOf = (roles: readonly MetricRole[]): number => {
  const draw = seededDraw(roles.join().length * 7_919);
  return shareOf(ROUNDS, () => {
    const told = verdictsOnAnyDay(draw, roles);
    return told.has("wins") || told.has("harms");
  });
};

test("an experiment without effect that is read every day ends in a verdict in at most 5 of 100, whichever metrics decide", () => {
  expect(wrongOf(["primary", "primary", "primary", "primary", "primary"])).toBeLessThan(0.05);
  expect(wrongOf(["primary", "primary", "secondary", "secondary", "secondary"])).toBeLessThan(0.05);
});

test("of a share that few do, read every day from the first, a variant that is the same harms no more often than the level says", () => {
  const draw = seededDraw(20_027);
  for (const rate of [0.02, 0.05]) {
    let [wins, harms] = [0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      const told = callsOnAnyDay(draw, rate);
      wins += Number(told.has("better"));
      harms += Number(told.has("worse"));
    }
    expect((wins + harms) / ROUNDS).toBeLessThan(0.05);
    expect(harms / ROUNDS).toBeLessThan(0.04);
  }
});

test("guardrails pay for nothing: each has an error of its own, and many of them warn more often than one", () => {
  const one = wrongOf(["primary", "secondary", "secondary", "secondary", "guardrail"]);
  const four = wrongOf(["primary", "guardrail", "guardrail", "guardrail", "guardrail"]);
  expect(one).toBeLessThan(0.05);
  expect(four).toBeGreaterThan(one);
  // Two variants in four metrics, each with half of a level of 5 of 100.
  expect(four).toBeLessThan(0.2);
});

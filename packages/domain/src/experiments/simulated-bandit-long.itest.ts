import { describe, expect, test } from "vitest";
import {
  average,
  calledOnAnyDay,
  heldThroughout,
  simulateMany,
  toldAfter,
  worthOf,
  type BanditWorld,
  type SimulatedBandit,
} from "./simulated-bandit.suite.ts";

/** So many rounds that a share of 5 in 100 is known to about 1 in 100. */
const ROUNDS = 600;
/** Of those that are looked at after every period: 95 of 100 are told from it to two standard errors. */
const EACH_ROUNDS = 100;
const EACH_LEAST = 0.95 - 2 * Math.sqrt((0.95 * 0.05) / EACH_ROUNDS);

const WORLDS: Readonly<Record<string, BanditWorld>> = {
  "two arms that are the same": { arms: 2, periods: 25, people: 200, rate: () => 0.1 },
  "three arms that are the same, few people": { arms: 3, periods: 30, people: 90, rate: () => 0.08 },
  "two arms that are the same, while everything rises": { arms: 2, periods: 25, people: 200, rate: (period) => 0.1 + 0.01 * period },
};
const RISES = { periods: 60, people: 300, rate: (period: number) => 0.02 + 0.005 * period };
/** Long ones, in which people vary far more when most of them come to one arm than while all had as many. */
const RISING: Readonly<Record<string, BanditWorld>> = {
  "two arms": { arms: 2, ...RISES },
  "three arms": { arms: 3, ...RISES },
  "five arms": { arms: 5, ...RISES },
  "two arms whose people pay more and more": { arms: 2, periods: 60, people: 300, rate: () => 0.3, amount: (period) => 10 + 0.5 * period },
  "two arms whose people pay ten times as much at a sale": {
    arms: 2,
    periods: 60,
    people: 300,
    rate: () => 0.3,
    amount: (period) => (period % 15 > 11 ? 100 : 10),
  },
};
const RISING_ROUNDS = 200;
const PLANTED: BanditWorld = { arms: 3, periods: 25, people: 300, rate: (period, arm) => ([0.06, 0.07, 0.11][arm] ?? 0) + 0.004 * period };

const truthOf = (world: BanditWorld, arm: number): number =>
  Array.from({ length: world.periods }, (_, period) => worthOf(world, period, arm)).reduce((sum, each) => sum + each, 0) / world.periods;

function heldBy(all: readonly SimulatedBandit[], { arm, truth }: { readonly arm: number; readonly truth: number }) {
  const arms = all.flatMap(({ report }) => report.arms[arm] ?? []);
  return {
    atTheEnd: average(arms, ({ low, high }) => Number((low ?? 0) <= truth && truth <= (high ?? 0))),
    once: average(arms, ({ mean, error }) => Number(Math.abs((mean ?? 0) - truth) < 1.96 * (error ?? 0))),
    off: average(arms, ({ mean }) => (mean ?? 0) - truth),
    naivelyOff: average(arms, ({ naive }) => (naive ?? 0) - truth),
  };
}

/** Of runs in which the intervals of an arm, of an effect and of what was won held what is true after every period, the share that is least. */
function heldAfterEach(world: BanditWorld, all: readonly SimulatedBandit[]): number {
  const held = all.map((one) => heldThroughout(world, one));
  const arms = Array.from({ length: world.arms }, (_, at) => at);
  const shares = arms.flatMap((at) => [average(held, (each) => Number(each.arms[at])), average(held, (each) => Number(each.effects[at]))]);
  return Math.min(
    ...shares,
    average(held, ({ won }) => Number(won)),
  );
}

describe("a bandit whose arms are the same", () => {
  test.each(Object.entries(WORLDS))(
    "%s: is called on any day in at most 5 of 100, its split in 1 of 1,000, and intervals hold what is true",
    (_, world) => {
      const all = simulateMany(world, ROUNDS);
      expect(average(all, (one) => Number(calledOnAnyDay(one)))).toBeLessThan(0.05);
      expect(average(all, ({ report }) => Number(report.split.p < 0.05))).toBeLessThan(0.08);
      expect(average(all, ({ report }) => Number(report.split.blocks))).toBeLessThan(0.005);
      for (let arm = 0; arm < world.arms; arm += 1) {
        const { atTheEnd, once } = heldBy(all, { arm, truth: truthOf(world, arm) });
        expect(atTheEnd).toBeGreaterThan(0.95);
        expect(once).toBeGreaterThan(0.92);
      }
      expect(heldAfterEach(world, all.slice(0, EACH_ROUNDS))).toBeGreaterThanOrEqual(EACH_LEAST);
      // Nothing was won, and it is said so.
      expect(
        average(all, ({ report, trulyWon }) => Number((report.won?.low ?? 0) <= trulyWon && trulyWon <= (report.won?.high ?? 0))),
      ).toBeGreaterThan(0.93);
    },
  );
});

describe("a bandit whose arms are the same, while how much people vary changes", () => {
  test.each(Object.entries(RISING))("%s: is called on any day in at most 5 of 100, and intervals hold what is true", (_, world) => {
    const all = simulateMany(world, RISING_ROUNDS);
    expect(average(all, (one) => Number(calledOnAnyDay(one)))).toBeLessThanOrEqual(0.05);
    expect(heldAfterEach(world, all.slice(0, EACH_ROUNDS))).toBeGreaterThanOrEqual(EACH_LEAST);
    for (let arm = 0; arm < world.arms; arm += 1) {
      const { atTheEnd, once } = heldBy(all, { arm, truth: truthOf(world, arm) });
      expect(atTheEnd).toBeGreaterThan(0.95);
      expect(once).toBeGreaterThan(0.9);
    }
  });
});

test("a bandit with a better arm, while everything rises: little is lost, the effect is right and found, naive means are not", () => {
  const all = simulateMany(PLANTED, ROUNDS);
  const even = simulateMany(PLANTED, 100, true);
  expect(average(all, ({ regret }) => regret)).toBeLessThan(0.45 * average(even, ({ regret }) => regret));
  expect(average(all, ({ periods }) => periods.at(-1)?.parts[2] ?? 0)).toBeGreaterThan(8_500);
  for (const { periods } of all) for (const { parts } of periods) expect(Math.min(...parts)).toBeGreaterThanOrEqual(333);
  expect(heldAfterEach(PLANTED, all.slice(0, EACH_ROUNDS))).toBeGreaterThanOrEqual(EACH_LEAST);
  for (const arm of [0, 1, 2]) {
    const { atTheEnd, off, naivelyOff } = heldBy(all, { arm, truth: truthOf(PLANTED, arm) });
    expect(atTheEnd).toBeGreaterThan(0.95);
    expect(Math.abs(off)).toBeLessThan(0.004);
    expect(Math.abs(naivelyOff)).toBeGreaterThan(arm === 2 ? 0.003 : 0.012);
  }
  expect(
    average(all, ({ report, trulyWon }) => Number((report.won?.low ?? 0) <= trulyWon && trulyWon <= (report.won?.high ?? 0))),
  ).toBeGreaterThan(0.95);
  expect(average(all, (one) => Number(toldAfter(one.periods).verdict.kind === "wins"))).toBeGreaterThan(0.25);
  expect(average(all, (one) => Number(toldAfter(one.periods).metrics[0]?.variants[2]?.effect?.call === "worse"))).toBeLessThan(0.005);
});

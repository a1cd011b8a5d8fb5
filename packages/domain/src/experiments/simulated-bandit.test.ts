import { expect, test } from "vitest";
import { average, calledOnAnyDay, simulateMany } from "./simulated-bandit.suite.ts";

/** Quick ones; with so many rounds that levels are judged: simulated-bandit-long.itest.ts. */
const ROUNDS = 25;

test("where an arm is better its share grows, far less is lost than by even shares, and every arm keeps its share of the exploration", () => {
  const rates = [0.05, 0.06, 0.1];
  const all = simulateMany({ arms: 3, periods: 20, people: 400, rate: (_, arm) => rates[arm] ?? 0 }, ROUNDS);
  const shareAt = (period: number): number => average(all, ({ periods }) => periods[period]?.parts[2] ?? 0);
  expect(shareAt(0)).toBe(3_333);
  expect(shareAt(5)).toBeGreaterThan(6_000);
  expect(shareAt(19)).toBeGreaterThan(8_500);
  expect(average(all, ({ regret }) => regret) / average(all, ({ evenRegret }) => evenRegret)).toBeLessThan(0.4);
  for (const { periods } of all) for (const { parts } of periods) expect(Math.min(...parts)).toBeGreaterThanOrEqual(333);
  const wonOfTrue = average(all, ({ report }) => report.won?.estimate ?? 0) / average(all, ({ trulyWon }) => trulyWon);
  expect(Math.abs(wonOfTrue - 1)).toBeLessThan(0.1);
  expect(all.filter(({ report }) => report.split.blocks)).toEqual([]);
});

test("a trend over time bends the means of all people at once, and not those over periods", () => {
  const rates = [0.1, 0.1, 0.14];
  const all = simulateMany({ arms: 3, periods: 30, people: 400, rate: (period, arm) => (rates[arm] ?? 0) + 0.006 * period }, ROUNDS);
  const off = (arm: number, of: "mean" | "naive"): number =>
    average(all, ({ report }) => (report.arms[arm]?.[of] ?? 0) - (rates[arm] ?? 0) - 0.006 * 14.5);
  for (const arm of [0, 1]) {
    expect(off(arm, "naive")).toBeLessThan(-0.015);
    expect(Math.abs(off(arm, "mean"))).toBeLessThan(0.01);
  }
});

test("arms that are the same are not called though people vary far more when most of them come to one arm", () => {
  const all = simulateMany({ arms: 2, periods: 60, people: 300, rate: (period) => 0.02 + 0.005 * period }, 40);
  expect(average(all, (one) => Number(calledOnAnyDay(one)))).toBeLessThanOrEqual(0.05);
});

import { expect, test } from "vitest";
import { demandOf } from "./demand.ts";

const STEADY = Array.from({ length: 56 }, (_, day) => (day % 7 < 5 ? 10 : 20));

test("a week that repeats is expected to go on, and the stock lasts as long as that", () => {
  const demand = demandOf(STEADY, { horizonDays: 14, leadDays: 7, stock: 45 });
  expect(demand?.units).toBeCloseTo(2 * 90, 0);
  expect(demand?.backTest?.meanError).toBeLessThan(0.5);
  expect(demand?.daysOfCover).toBeCloseTo(4.5, 1);
  expect(demand?.runsOut).toBe(true);
});

test("a stock beyond the days looked at lasts as long as average sales take", () => {
  const demand = demandOf(STEADY, { horizonDays: 14, leadDays: 7, stock: 360 });
  expect(demand?.daysOfCover).toBeCloseTo(28, 0);
  expect(demand?.runsOut).toBe(false);
  expect(demandOf(STEADY, { horizonDays: 14, leadDays: 7, stock: null })).toMatchObject({ daysOfCover: null, runsOut: false });
  expect(demandOf([1], { horizonDays: 14, leadDays: 7, stock: 1 })).toBeUndefined();
});

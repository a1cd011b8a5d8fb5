import { expect, test } from "vitest";
import { beginOf, paceOf } from "./goal-pace.ts";

const july = { target: 310, startsOn: "2026-07-01", endsBefore: "2026-08-01" };
const asked = { goal: july, unit: "count", isQuotient: false, better: "up", ofToday: 0 } as const;

test("what adds up is held against the days that are over", () => {
  expect(paceOf({ ...asked, reached: 100, today: "2026-07-11" })).toMatchObject({ state: "even" });
  expect(paceOf({ ...asked, reached: 62, today: "2026-07-11" })).toMatchObject({ state: "behind" });
  expect(paceOf({ ...asked, reached: 155, today: "2026-07-11" })).toMatchObject({ state: "ahead" });
  expect(paceOf({ ...asked, reached: 105, today: "2026-07-11", ofToday: 0.5 })).toMatchObject({ state: "even" });
});

test("quotients and people have no pace", () => {
  expect(paceOf({ ...asked, isQuotient: true, reached: 100, today: "2026-07-11" }).expected).toBeUndefined();
  expect(paceOf({ ...asked, unit: "people", reached: 309, today: "2026-07-11" })).toMatchObject({ state: "behind", expected: undefined });
});

test("a goal is met at once, a limit only at the end", () => {
  expect(paceOf({ ...asked, reached: 310, today: "2026-07-11" }).state).toBe("met");
  expect(paceOf({ ...asked, reached: 309, today: "2026-08-01" }).state).toBe("over");
  expect(paceOf({ ...asked, better: "down", reached: 62, today: "2026-07-11" }).state).toBe("ahead");
  expect(paceOf({ ...asked, better: "down", reached: 155, today: "2026-07-11" }).state).toBe("behind");
  expect(paceOf({ ...asked, better: "down", reached: 310, today: "2026-08-01" }).state).toBe("met");
});

test("of a goal of nothing or below there is no part that is reached", () => {
  expect(paceOf({ ...asked, goal: { ...july, target: -5 }, reached: 100, today: "2026-08-01" })).toMatchObject({ state: "met", share: 1 });
  expect(paceOf({ ...asked, goal: { ...july, target: -5 }, reached: -9, today: "2026-08-01" })).toMatchObject({ state: "over", share: 0 });
  expect(paceOf({ ...asked, better: "down", goal: { ...july, target: 0 }, reached: 3, today: "2026-08-01" })).toMatchObject({ share: 0 });
});

test("a goal begins where the unit of a day begins", () => {
  expect(beginOf("week", "2026-07-05")).toBe("2026-06-29");
  expect(beginOf("week", "2026-06-29")).toBe("2026-06-29");
  expect(beginOf("month", "2026-07-31")).toBe("2026-07-01");
  expect(beginOf("quarter", "2026-12-31")).toBe("2026-10-01");
  expect(beginOf("year", "2026-07-31")).toBe("2026-01-01");
});

import { expect, test } from "vitest";
import { nextRunMs, retryAfterMs } from "./schedule.ts";

const at = (text: string): number => Date.parse(text);

test("every so many minutes", () => {
  expect(nextRunMs({ everyMinutes: 15 }, "Asia/Shanghai", at("2026-07-16T01:02:03Z"))).toBe(at("2026-07-16T01:17:03Z"));
});

test.each([
  ["today when the time is still to come", "Asia/Shanghai", "2026-07-16T01:00:00Z", "2026-07-16T01:30:00Z"],
  ["tomorrow when it is over", "Asia/Shanghai", "2026-07-16T01:30:00Z", "2026-07-17T01:30:00Z"],
  ["across the end of a month", "Asia/Shanghai", "2026-07-31T12:00:00Z", "2026-08-01T01:30:00Z"],
  ["by the clock of the place, before summer time", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T07:30:00Z"],
])("daily at a time: %s", (_, zone, after, next) => {
  expect(nextRunMs({ dailyAt: "09:30" }, zone, at(after))).toBe(at(next));
});

test("after a failure it is tried again soon, three times", () => {
  expect([1, 2, 3, 4].map(retryAfterMs)).toEqual([120_000, 600_000, 1_800_000, undefined]);
});

import { expect, test } from "vitest";
import { ATTEMPTS_MAX, outcomeOf, waitBeforeRetry } from "./retry-schedule.ts";

test("waits grow, spread a little, and end", () => {
  const waits = Array.from({ length: ATTEMPTS_MAX }, (_, index) => waitBeforeRetry(index + 1, 0));
  expect(waits.at(-1)).toBeUndefined();
  const times = waits.slice(0, -1).map(Number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(18 * 3_600_000);
  expect(waitBeforeRetry(1, 0.99)).toBeLessThanOrEqual(6_000);
});

test("only a success is delivered; a redirect is not", () => {
  expect([200, 204, 301, 400, 410, 429, 500].map(outcomeOf)).toEqual([
    "delivered",
    "delivered",
    "retry",
    "retry",
    "gone",
    "retry",
    "retry",
  ]);
});

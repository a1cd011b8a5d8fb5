import { expect, test } from "vitest";
import { endOfDay } from "./end-of-day.ts";

const NOW = Date.UTC(2026, 6, 16, 4);

test("a day that is over ends a millisecond before the next begins, in the workspace's zone", () => {
  expect(endOfDay("2026-07-15", "Asia/Shanghai", NOW)).toBe("2026-07-15T15:59:59.999Z");
  expect(endOfDay("2026-07-15", "UTC", NOW)).toBe("2026-07-15T23:59:59.999Z");
});

test("today and days to come have no end yet", () => {
  expect(endOfDay("2026-07-16", "Asia/Shanghai", NOW)).toBeUndefined();
  expect(endOfDay("2027-01-01", "UTC", NOW)).toBeUndefined();
  expect(endOfDay("", "UTC", NOW)).toBeUndefined();
});

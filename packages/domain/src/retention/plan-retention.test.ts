import fc from "fast-check";
import { expect, test } from "vitest";
import { dayAt, zoneClock } from "../time/zoned-time.ts";
import { planRetention, windowOf } from "./plan-retention.ts";

test("the cutoff is the first instant of the day n days ago in the workspace's zone, summer time or not", () => {
  const zones = fc.constantFrom("Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
  const now = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) });
  fc.assert(
    fc.property(zones, now, fc.integer({ min: 1, max: 800 }), (zone, nowMs, days) => {
      const clock = zoneClock(zone);
      const cutoff = planRetention([{ event: "", days }], nowMs, zone)[0]?.cutoffMs ?? 0;
      expect(dayAt(cutoff, clock)).toBe(dayAt(nowMs, clock) - days);
      expect(dayAt(cutoff - 1, clock)).toBe(dayAt(nowMs, clock) - days - 1);
    }),
    { numRuns: 100 },
  );
});

test("a rule of its own wins over the default, also when it says for good", () => {
  const windows = planRetention(
    [
      { event: "", days: 90 },
      { event: "$pageview", days: 7 },
      { event: "Order Completed", days: null },
    ],
    Date.UTC(2026, 6, 16),
    "UTC",
  );
  expect(windowOf(windows, "$pageview")?.days).toBe(7);
  expect(windowOf(windows, "Product Viewed")?.days).toBe(90);
  expect(windowOf(windows, "Order Completed")).toBeUndefined();
  expect(windowOf(planRetention([{ event: "$pageview", days: 7 }], 0, "UTC"), "Product Viewed")).toBeUndefined();
});

import { expect, test } from "vitest";
import { groupOf, middleScore, readMoment, readRfm, scoreCounts } from "./rfm-plan.ts";

const ground = { currency: "CNY", digits: 2, zone: "Asia/Shanghai" };
const asked = { orders: [{ event: "Order Completed" }], refunds: [{ event: "Order Refunded" }], scores: 5 };

test("own thresholds are taken in major units and must rise; each of the three has one score more than thresholds", () => {
  const read = readRfm({ ...asked, thresholds: { recencyDays: [7, 30], frequency: [2], monetary: [99.9, 500] } }, ground);
  expect(read).toMatchObject({ ok: true, value: { scoring: { kind: "own", limits: { monetaryMinor: [9_990, 50_000] } } } });
  expect(read.ok && scoreCounts(read.value.scoring)).toEqual({ recency: 3, frequency: 2, monetary: 3 });
  expect(readRfm({ ...asked, thresholds: { recencyDays: [7], frequency: [3, 2], monetary: [1] } }, ground)).toMatchObject({
    ok: false,
    fault: { code: "insight.query_invalid", field: "thresholds.frequency.1" },
  });
});

test("a group is told by which scores are above the middle", () => {
  expect([2, 3, 4, 5].map(middleScore)).toEqual([1, 2, 2, 3]);
  const five = { recency: 5, frequency: 5, monetary: 5 };
  expect(groupOf({ recency: 5, frequency: 4, monetary: 4 }, five)).toBe("important_value");
  expect(groupOf({ recency: 3, frequency: 4, monetary: 3 }, five)).toBe("general_keep");
  expect(groupOf({ recency: 1, frequency: 1, monetary: 5 }, five)).toBe("important_win_back");
});

test("a moment is the beginning of a local date", () => {
  const calendar = { zone: "Asia/Shanghai", weekStart: "monday" as const };
  expect(readMoment("at", "2026-03-01", 1, calendar)).toMatchObject({
    ok: true,
    value: { atMs: Date.UTC(2026, 1, 28, 16), sinceMs: Date.UTC(2026, 1, 27, 16) },
  });
  expect(readMoment("at", "2026-02-30", 1, calendar)).toMatchObject({ ok: false, fault: { field: "at" } });
});

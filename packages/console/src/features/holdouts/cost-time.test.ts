import { expect, test } from "vitest";
import { costTime } from "./cost-time.ts";
import { scopeOf } from "./holdout-words.ts";

test("a kind without a named program is all of it", () => {
  expect(scopeOf(["message", "journey"], { journey: ["welcome", "winback", "welcome"], coupon: ["x"] })).toEqual([
    { kind: "message", key: null },
    { kind: "journey", key: "welcome" },
    { kind: "journey", key: "winback" },
  ]);
});

test("a cost of a day counts from its beginning in the workspace's zone, and never before the turn that it is booked in", () => {
  const turn = { from: "2026-03-01T06:30:00.000Z" };
  expect(costTime("2026-03-05", turn, "Asia/Shanghai")).toBe("2026-03-04T16:00:00.000Z");
  expect(costTime("2026-03-01", turn, "Asia/Shanghai")).toBe("2026-03-01T06:30:00.000Z");
});

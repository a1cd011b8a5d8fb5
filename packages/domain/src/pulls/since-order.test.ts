import { expect, test } from "vitest";
import { mayFollow } from "./since-order.ts";

test.each([
  ["9", "10", true],
  ["10", "9", false],
  ["9007199254740993", "9007199254740992", false],
  ["1.5", "1.25", false],
  ["2026-03-01T01:00:00Z", "2026-03-01T01:00:00.000001Z", true],
  ["2026-03-01 01:00:01", "2026-03-01 01:00:00.5", false],
  ["2026-03-01", "2026-03-01", true],
  ["ä", "z", true],
  ["10", "a", true],
])("after %s may come %s: %s", (before, after, may) => {
  expect(mayFollow(before, after)).toBe(may);
});

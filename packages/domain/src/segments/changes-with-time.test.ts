import { describe, expect, test } from "vitest";
import type { PersonCondition } from "../conditions/condition.ts";
import { changesWithTime } from "./changes-with-time.ts";

const did = { did: { event: "Bought" } };
const changes = (condition: PersonCondition, moving: readonly string[] = []) => changesWithTime(condition, (id) => moving.includes(id));

describe("a condition changes for somebody though nothing happens", () => {
  test.each<readonly [string, PersonCondition]>([
    ["what was done in the last days", { ...did, within: { days: 30 } }],
    ["what was done in the last hours", { ...did, within: { hours: 6 } }],
    ["what was done some days ago", { ...did, within: { daysAgo: [1, 7] } }],
    ["when it was done first", { ...did, first: { days: 7 } }],
    ["when it was done last", { ...did, last: { daysAgo: [30, 60] } }],
    ["what it came to in the last days", { ...did, measure: { kind: "days" }, is: { op: "gte", value: 3 }, within: { days: 30 } }],
    ["one after another in the last days", { sequence: { steps: [{ event: "A" }, { event: "B" }], within: { days: 7 } } }],
    ["a tag, which may end", { tag: "vip", has: true }],
    ["a day that comes nearer", { trait: "due", dateWithin: { fromDays: -3, toDays: 3 } }],
    ["a birthday", { trait: "birthday", anniversary: { withinDays: 7 } }],
    ["who stands where among everyone", { population: { trait: "points" }, stands: { top: { percent: 10 } } }],
  ])("%s", (_, leaf) => {
    expect(changes(leaf)).toBe(true);
    expect(changes({ all: [{ trait: "city", is: ["x"] }, { any: [{ not: leaf }] }] })).toBe(true);
  });

  test("a segment, when that one does", () => {
    expect(changes({ segment: "7", in: false }, ["7"])).toBe(true);
    expect(changes({ segment: "7", in: false }, ["8"])).toBe(false);
  });
});

test.each<readonly [string, PersonCondition]>([
  ["what was ever done", { ...did, count: { op: "gte", value: 3 } }],
  ["what was done between two dates", { ...did, within: { from: "2026-01-01", to: "2026-02-01" } }],
  ["one after another, whenever", { sequence: { steps: [{ event: "A" }, { event: "B" }], withinDays: 3 } }],
  ["a trait", { trait: "city", is: ["x"] }],
  ["a day before another", { trait: "due", before: "2026-01-01" }],
  ["chance", { chance: { percent: [0, 50], seed: "s" } }],
])("does not: %s", (_, condition) => {
  expect(changes(condition)).toBe(false);
  expect(changes({ not: condition })).toBe(false);
});

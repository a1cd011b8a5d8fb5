import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { chancePart } from "./chance.ts";
import type { DayTest } from "./condition.ts";
import { matchesPerson } from "./matches-person.ts";

/** 2026-02-28 at 23:30 in Shanghai, still the morning of that day in New York. */
const at = { nowMs: Date.UTC(2026, 1, 28, 15, 30), zone: "Asia/Shanghai", virtuals: [] };
const nobody = { id: "1", tags: new Map<string, number>(), traits: {}, events: [], segments: new Set<string>() };

function holds(value: JsonObject[string], test: DayTest, nowMs = at.nowMs): boolean {
  return matchesPerson({ trait: "on", ...test }, { ...nobody, traits: { on: value } }, { ...at, nowMs });
}

describe("the day of a trait", () => {
  test.each<[JsonObject[string], DayTest, boolean]>([
    ["2026-02-27", { before: "2026-02-28" }, true],
    ["2026-02-28", { before: "2026-02-28" }, false],
    ["2026-02-28", { after: "2026-02-28" }, false],
    ["2026-03-01", { after: "2026-02-28" }, true],
    // An instant falls on the day it is in the workspace's zone; a time without a zone is of the day it names.
    ["2026-02-27T16:00:00Z", { dateWithin: { fromDays: 0, toDays: 0 } }, true],
    ["2026-02-27T15:59:59.999Z", { dateWithin: { fromDays: 0, toDays: 0 } }, false],
    ["2026-02-27 20:00", { dateWithin: { fromDays: 0, toDays: 0 } }, false],
    ["2026-02-27T10:00:00-0600", { dateWithin: { fromDays: 0, toDays: 0 } }, true],
    [1_772_208_000, { dateWithin: { fromDays: 0, toDays: 0 } }, true],
    ["1772208000000", { dateWithin: { fromDays: 0, toDays: 0 } }, true],
    [20_260_228, { dateWithin: { fromDays: -36_600, toDays: 36_600 } }, false],
    ["2026-02-30", { before: "2100-01-01" }, false],
    ["soon", { before: "2100-01-01" }, false],
    [["no date", "2026-03-07"], { dateWithin: { fromDays: 0, toDays: 7 } }, true],
    ["1990-03-06", { anniversary: { withinDays: 7 } }, true],
    ["1990-03-07", { anniversary: { withinDays: 7 } }, false],
    ["1990-02-27", { anniversary: { withinDays: 364 } }, false],
    ["2000-02-29", { anniversary: { withinDays: 1 } }, true],
  ])("%j %j is %s", (value, asked, expected) => {
    expect(holds(value, asked)).toBe(expected);
  });

  test("29 February is kept on its own day where there is one", () => {
    const [eve, leapDay] = [Date.UTC(2028, 1, 28), Date.UTC(2028, 1, 29)];
    expect(holds("2000-02-29", { anniversary: { withinDays: 1 } }, eve)).toBe(false);
    expect(holds("2000-02-29", { anniversary: { withinDays: 1 } }, leapDay)).toBe(true);
  });
});

test("people are dealt by chance, always the same way for a seed", () => {
  // What MurmurHash3 (x86, 32 bits, seed 0) makes of "a:1", "a:2" and "春季:123456789012", modulo 10,000.
  expect([chancePart("a", "1"), chancePart("a", "2"), chancePart("春季", "123456789012")]).toEqual([4293, 8988, 4085]);
  const parts = Array.from({ length: 10_000 }, (_, id) => chancePart("summer", String(id)));
  const tenth = parts.filter((part) => part < 1_000).length;
  expect(tenth).toBeGreaterThan(900);
  expect(tenth).toBeLessThan(1_100);
});

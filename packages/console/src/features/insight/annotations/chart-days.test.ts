import { expect, test } from "vitest";
import { chartDays, marksOf } from "./chart-days.ts";

const note = (day: string) => ({ id: day, day, text: day });
const at = (days: readonly string[], ...notes: readonly string[]) => marksOf(days, notes.map(note)).map(({ key, index }) => [key, index]);

test("a note stands at the interval its day lies in", () => {
  const weeks = ["2026-07-06", "2026-07-13", "2026-07-20"];
  expect(at(weeks, "2026-07-05", "2026-07-06", "2026-07-12", "2026-07-13", "2026-07-19", "2026-07-20")).toEqual([
    ["2026-07-06", 0],
    ["2026-07-12", 0],
    ["2026-07-13", 1],
    ["2026-07-19", 1],
  ]);
});

test("among hours it stands at the first of its day", () => {
  expect(at(["2026-07-06", "2026-07-06", "2026-07-07", "2026-07-07", "2026-07-07"], "2026-07-06", "2026-07-07")).toEqual([
    ["2026-07-06", 0],
    ["2026-07-07", 2],
  ]);
});

test("the day after the last interval is told by where it ends", () => {
  const intervals = [{ label: "2026-07-06", to: "2026-07-06T16:00:00.000Z" }];
  expect(chartDays(intervals, { day: () => "2026-07-07" })).toEqual(["2026-07-06", "2026-07-07"]);
  expect(chartDays([], { day: () => "" })).toEqual([]);
});

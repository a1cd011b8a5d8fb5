import { expect, test } from "vitest";
import { idsIn, letterOf, overlapRows, type OverlapCounts } from "./overlap-rows.ts";

const overlap: OverlapCounts = {
  union: 10,
  intersections: [
    { in: ["1"], people: 6 },
    { in: ["1", "2"], people: 4 },
    { in: ["2"], people: 0 },
  ],
};

test("intersections are told with their share of everyone; those of nobody only when wanted", () => {
  expect(overlapRows(overlap, false)).toEqual([
    { key: "1", in: ["1"], people: 6, share: 0.6 },
    { key: "1,2", in: ["1", "2"], people: 4, share: 0.4 },
  ]);
  expect(overlapRows(overlap, true)).toHaveLength(3);
  expect(overlapRows({ union: 0, intersections: [{ in: ["1"], people: 0 }] }, true)[0]?.share).toBe(0);
});

test("an address names segments once, and no more than fit", () => {
  expect(idsIn("3,1,3,x,2", 5)).toEqual(["3", "1", "2"]);
  expect(idsIn("1,2,3,4,5,6", 5)).toHaveLength(5);
  expect(idsIn(null, 5)).toEqual([]);
  expect([0, 4].map(letterOf)).toEqual(["A", "E"]);
});

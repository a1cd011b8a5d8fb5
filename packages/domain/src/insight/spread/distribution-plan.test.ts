import { describe, expect, test } from "vitest";
import { readBrackets, shapeBrackets, sumBrackets, untilLast } from "./distribution-plan.ts";

describe("brackets", () => {
  test("of sums have one round width over the middle of the values, and reach down to the least", () => {
    expect(sumBrackets({ min: 3, p5: 12, p95: 190, max: 5_000 })).toEqual([0, 20, 40, 60, 80, 100, 120, 140, 160, 180]);
    expect(sumBrackets({ min: -500, p5: 0.1, p95: 0.9, max: 2 })).toEqual([-500, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(sumBrackets({ min: 1, p5: 1, p95: 3, max: 46 }, true)).toEqual([1, 2, 3]);
    expect(sumBrackets({ min: 7, p5: 7, p95: 7, max: 7 })).toEqual([7]);
    expect(sumBrackets({ min: 0, p5: 0, p95: 0, max: 0 })).toEqual([0]);
  });

  test("that nobody is in are left off at the end, and the last is open", () => {
    expect(untilLast(shapeBrackets([1, 2, 3, 4], [2, 0, 2, 0], 4))).toEqual([
      { from: 1, to: 2, people: 2, share: 0.5 },
      { from: 2, to: 3, people: 0, share: 0 },
      { from: 3, to: null, people: 2, share: 0.5 },
    ]);
    expect(untilLast(shapeBrackets([1, 2], [0, 0], 0))).toEqual([{ from: 1, to: null, people: 0, share: null }]);
  });

  test("rise", () => {
    expect(readBrackets([1, 2, 5]).ok).toBe(true);
    expect(readBrackets([1, 5, 5], "bracketsSeconds")).toMatchObject({ ok: false, fault: { field: "bracketsSeconds.2" } });
  });
});

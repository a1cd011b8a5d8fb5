import { expect, test } from "vitest";
import { rankTerms, riseOf, shapeTerm } from "./search-terms.ts";

const counts = (searches: number, previous: number, withoutResult = 0) => ({
  searches,
  people: searches,
  withoutResult,
  clicked: 0,
  ordered: 0,
  previous,
});

test("a rise is told by how surprising it is, not by its factor", () => {
  expect(riseOf(3, 1, 1)).toBeCloseTo(1, 12);
  expect(riseOf(300, 100, 1)).toBeCloseTo(10, 12);
  // Twice as long a period has twice as many searches without any rise.
  expect(riseOf(200, 100, 2)).toBe(0);
  expect(riseOf(0, 0, 1)).toBe(0);
});

test("terms are ranked three ways; what was not searched now is in none", () => {
  const terms = [
    shapeTerm("奶茶", counts(100, 120), 1),
    shapeTerm("无糖", counts(30, 5), 1),
    shapeTerm("联名", counts(20, 20, 18), 1),
    shapeTerm("旧", counts(0, 50), 1),
  ];
  const { top, rising, withoutResult } = rankTerms(terms, 2);
  expect(top.map(({ term }) => term)).toEqual(["奶茶", "无糖"]);
  expect(rising.map(({ term, isRising }) => [term, isRising])).toEqual([["无糖", true]]);
  expect(withoutResult.map(({ term }) => term)).toEqual(["联名"]);
  expect(terms[0]).toMatchObject({ change: 100 / 120 - 1, clickRate: 0 });
  expect(terms[3]).toMatchObject({ clickRate: null, change: -1 });
});

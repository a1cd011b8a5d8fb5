import fc from "fast-check";
import { expect, test } from "vitest";
import { spreadOf } from "./spread.ts";

test("bins follow one another, hold everybody once, and are one a value where values are few", () => {
  const numbers = fc.array(
    fc.oneof(
      fc.integer({ min: -5, max: 40 }),
      fc.integer({ min: 0, max: 4_000 }).map((each) => each / 8),
    ),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(numbers, (values) => {
      const { bins, numbers: quartiles, looked } = spreadOf("number", values);
      expect(looked).toBe(values.length);
      expect(bins.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(bins[0]?.from).toBe(Math.min(...values));
      expect(bins.at(-1)?.to).toBe(Math.max(...values));
      expect(bins.length).toBeLessThanOrEqual(10);
      const isOneEach = new Set(values).size <= 10;
      for (const [index, { from, to }] of bins.entries())
        if (isOneEach) expect(from).toBe(to);
        else if (index > 0) expect(from).toBe(bins[index - 1]?.to);
      const [lower = 0, median = 0, upper = 0] = [quartiles?.lower, quartiles?.median, quartiles?.upper];
      expect(lower <= median && median <= upper).toBe(true);
    }),
  );
});

test("a few that stand far out do not leave all others in one bin", () => {
  const values = [...Array.from({ length: 95 }, (_, index) => index + 1), 10_000, 20_000, 30_000, 40_000, 50_000];
  const { bins } = spreadOf("number", values);
  expect(bins).toHaveLength(10);
  expect(bins.at(-1)).toEqual({ from: 90, to: 50_000, share: 0.11 });
  expect(bins.filter(({ share }) => share >= 0.05)).toHaveLength(10);
});

test("texts are told by how many have them, of lists each; dates are instants; nobody has no spread", () => {
  expect(spreadOf("list", [["a", "b"], ["b"]]).texts).toEqual([
    { value: "b", share: 1 },
    { value: "a", share: 0.5 },
  ]);
  const dates = spreadOf("date", ["2026-07-16T12:00:00.000Z", "2026-07-18T12:00:00.000Z"]);
  expect(dates.bins.map(({ from }) => from)).toEqual(["2026-07-16T12:00:00.000Z", "2026-07-18T12:00:00.000Z"]);
  expect(spreadOf("number", [])).toEqual({ looked: 0, numbers: null, bins: [], texts: [] });
});

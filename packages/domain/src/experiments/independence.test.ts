import { expect, test } from "vitest";
import { chiSquareUpper } from "../statistics/distributions.ts";
import { checkIndependence } from "./independence.ts";

const EVEN = { own: [1, 1], other: [1, 1] };

test("variants of two experiments are as their weights say", () => {
  const told = checkIndependence(
    [
      [310, 590],
      [100, 200],
    ],
    { own: [3, 1], other: [1, 2] },
  );
  // 1,200 people by 3 : 1 and 1 : 2 are 300, 600, 100 and 200.
  expect(told).toMatchObject({ degrees: 3, blocks: false });
  expect(told.p).toBeCloseTo(chiSquareUpper(100 / 300 + 100 / 600, 3), 12);
});

test("a variant that brings more people into the other experiment blocks, though its variants are independent of it", () => {
  const brings = [
    [2_500, 2_500],
    [3_000, 3_000],
  ];
  expect(checkIndependence(brings, EVEN)).toMatchObject({ degrees: 3, blocks: true });
  expect(checkIndependence(brings, { own: [5, 6], other: [1, 1] })).toEqual({ p: 1, degrees: 3, blocks: false });
});

test("a variant that brings people into one variant of the other blocks as well, and nobody blocks nothing", () => {
  const crossed = [
    [2_700, 2_300],
    [2_300, 2_700],
  ];
  expect(checkIndependence(crossed, EVEN).blocks).toBe(true);
  expect(checkIndependence([], EVEN)).toEqual({ p: 1, degrees: 3, blocks: false });
});

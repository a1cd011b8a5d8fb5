import { expect, test } from "vitest";
import { readWeights } from "./read-weights.ts";

test.each([
  ["1 : 1", [1, 1]],
  ["50,50", [50, 50]],
  ["1：1：2", [1, 1, 2]],
  ["90/10", [90, 10]],
])("%s are weights", (written, weights) => {
  expect(readWeights(written)).toEqual(weights);
});

test.each(["", "1", "1 : 0", "1 : -1", "a : b", "1 : 1.5", "1 : 20000"])("%s are none", (written) => {
  expect(readWeights(written)).toBeUndefined();
});

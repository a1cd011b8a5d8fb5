import { describe, expect, test } from "vitest";
import { cellsByPlace, rankValues, type ValueCells } from "./value-cells.ts";

const cells = (values: readonly (string | null)[], ...figures: readonly (readonly [number, number])[]): ValueCells => ({
  values,
  rank: figures.reduce((sum, [, figure]) => sum + BigInt(figure), 0n),
  cells: figures.map(([step, figure]) => ({ step, figure: BigInt(figure), base: 1n })),
});

describe("figures by lists of values", () => {
  test("values are ranked by all events that have them; of the same rank by code points, none at last", () => {
    const all = [
      cells(["b"], [1, 2]),
      cells(["a", "c"], [1, 1]),
      cells(["c"], [2, 2]),
      cells([null], [1, 2]),
      cells(["\u{1F600}"], [1, 2]),
      cells(["\uFFFD"], [1, 2]),
    ];
    expect(rankValues(all)).toEqual(["c", "b", "\uFFFD", "\u{1F600}", null, "a"]);
  });

  test("an event counts once at each shown value it has, and once among the others however many of those it has", () => {
    const byPlace = cellsByPlace([cells(["a", "x", "y"], [1, 5]), cells(["x"], [1, 7], [2, 3])], ["a"]);
    expect(byPlace.get(1)?.get(1)).toEqual({ step: 1, figure: 5n, base: 1n });
    expect(byPlace.get(0)?.get(1)).toEqual({ step: 1, figure: 12n, base: 2n });
    expect(byPlace.get(0)?.get(2)).toEqual({ step: 2, figure: 3n, base: 1n });
  });
});

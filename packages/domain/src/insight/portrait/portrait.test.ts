import { describe, expect, test } from "vitest";
import { comparePortrait, quintileRanges, topDifferences } from "./portrait-answer.ts";

describe("a portrait", () => {
  const sides = { group: 100, against: 1_000, rest: 900 };
  const dimensions = [
    {
      by: "city",
      rows: [
        { value: "北京", group: 11, against: 100, rest: 89 },
        { value: null, group: 50, against: 500, rest: 450 },
      ],
    },
    {
      by: "channel",
      rows: [
        { value: "小红书", group: 60, against: 240, rest: 180 },
        { value: "门店", group: 10, against: 300, rest: 290 },
      ],
    },
  ];
  test("tells shares, the index against the comparison and the difference from the rest, the largest first", () => {
    const compared = comparePortrait(sides, dimensions);
    expect(compared.map(({ by }) => by)).toEqual(["channel", "city"]);
    const [red, shop] = compared[0]?.rows ?? [];
    expect(red).toMatchObject({ value: "小红书", share: 0.6, againstShare: 0.24, isSignificant: true });
    expect(red?.index).toBeCloseTo(250, 10);
    expect(red?.difference).toBeCloseTo(0.4, 12);
    expect(shop).toMatchObject({ isSignificant: true });
    expect(compared[1]?.rows.every(({ isSignificant }) => !isSignificant)).toBe(true);
    expect(topDifferences(compared, 5)).toEqual([
      { dimension: 0, row: 0 },
      { dimension: 0, row: 1 },
    ]);
  });
  test("does not begin with who has no value", () => {
    const compared = comparePortrait(sides, [
      { rows: [{ value: null, group: sides.group, against: sides.group, rest: 0 }] },
      { rows: [{ value: "red", group: sides.group / 2, against: sides.group / 2, rest: 0 }] },
    ]);
    expect(compared[0]?.rows[0]?.isSignificant).toBe(true);
    expect(topDifferences(compared, 5)).toEqual([{ dimension: 1, row: 0 }]);
  });
  test("of everybody against everybody has no difference to test", () => {
    const [only] = comparePortrait({ group: 5, against: 5, rest: 0 }, [{ rows: [{ value: "x", group: 2, against: 2, rest: 0 }] }]);
    expect(only?.rows[0]).toMatchObject({ index: 100, difference: null, p: null, isSignificant: false });
    expect(
      comparePortrait({ group: 0, against: 5, rest: 5 }, [{ rows: [{ value: "x", group: 0, against: 0, rest: 0 }] }])[0]?.rows[0],
    ).toMatchObject({
      share: null,
      index: null,
    });
  });
  test("parts a number into fifths, and where many have one number into fewer", () => {
    expect(quintileRanges([1, 10, 20, 30, 40, 99])).toEqual([
      { from: null, to: 10 },
      { from: 10, to: 20 },
      { from: 20, to: 30 },
      { from: 30, to: 40 },
      { from: 40, to: null },
    ]);
    expect(quintileRanges([0, 0, 0, 5, 5, 9])).toEqual([
      { from: null, to: 5 },
      { from: 5, to: null },
    ]);
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { outlineOf, pyramidBands } from "./pyramid-shape.ts";

test("areas are as the shares where nothing is too low", () => {
  const bands = pyramidBands([1, 3, 5], { height: 300, heightMin: 0 });
  expect(bands.map(({ height }) => Math.round(height))).toEqual([100, 100, 100]);
  expect(bands.map(({ above, below, height }) => ((above + below) / 2) * height)).toEqual([
    expect.closeTo(100 / 6),
    expect.closeTo(50),
    expect.closeTo(500 / 6),
  ]);
});

test("whatever the shares are, bands fill the triangle, none is too low, and sides are straight", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 10 }), (shares) => {
      const bands = pyramidBands(shares, { height: 400, heightMin: 40 });
      expect(bands.reduce((sum, { height }) => sum + height, 0)).toBeCloseTo(400, 6);
      expect(bands.every(({ height }) => height >= 40 - 1e-6)).toBe(true);
      for (const [at, band] of bands.entries()) {
        expect(band.above).toBeCloseTo(bands[at - 1]?.below ?? 0, 9);
        expect(band.below - band.above).toBeCloseTo(band.height / 400, 9);
      }
    }),
  );
});

test("the first band is a point, the last as wide as the whole", () => {
  const [first, last] = pyramidBands([1, 1], { height: 100, heightMin: 10 });
  expect(
    first === undefined || last === undefined
      ? []
      : [outlineOf(first).startsWith("polygon(50.000% 0"), outlineOf(last).endsWith("0.000% 100%)")],
  ).toEqual([true, true]);
});

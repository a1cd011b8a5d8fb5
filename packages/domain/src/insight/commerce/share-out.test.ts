import fc from "fast-check";
import { expect, test } from "vitest";
import { shareOut } from "./share-out.ts";

test("what is left over goes to the largest remainders, of equal ones to the earlier", () => {
  expect(shareOut(100, [1, 1, 1])).toEqual([34, 33, 33]);
  expect(shareOut(101, [2, 1, 2])).toEqual([41, 20, 40]);
  expect(shareOut(-100, [1, 1, 1])).toEqual([-34, -33, -33]);
  expect(shareOut(7, [0, 0])).toEqual([7, 0]);
});

test("the parts add up to the whole, and none is a unit or more away from its due", () => {
  const weights = fc.array(fc.integer({ min: 0, max: 2 ** 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.maxSafeInteger(), weights, (amount, some) => {
      const parts = shareOut(amount, some);
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(amount));
      const sum = some.reduce((all, weight) => all + BigInt(weight), 0n);
      if (sum > 0n)
        for (const [index, part] of parts.entries()) {
          const away = BigInt(part) * sum - BigInt(amount) * BigInt(some[index] ?? 0);
          expect(away < sum && away > -sum).toBe(true);
        }
    }),
  );
});

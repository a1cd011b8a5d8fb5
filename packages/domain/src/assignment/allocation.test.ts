import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { armOf, isWithin, namespaceSeed, rangesOf } from "./allocation.ts";
import { BUCKETS, bucketOf } from "./bucket.ts";
import { armOfPerson, type RememberedArm } from "./remembered.ts";

const weights = fc
  .array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 6 })
  .filter((parts) => parts.some((part) => part > 0))
  .map((parts) => {
    const sum = parts.reduce((total, part) => total + part, 0);
    const shares = parts.map((part) => Math.floor((part * BUCKETS) / sum));
    return [...shares.slice(1), BUCKETS - shares.slice(1).reduce((total, part) => total + part, 0)];
  });

describe("rangesOf", () => {
  // Published by GrowthBook as getBucketRange.
  test.each([
    [
      "normal 50/50",
      [5_000, 5_000],
      10_000,
      [
        [0, 5_000],
        [5_000, 10_000],
      ],
    ],
    [
      "reduced coverage",
      [5_000, 5_000],
      5_000,
      [
        [0, 2_500],
        [5_000, 7_500],
      ],
    ],
    [
      "zero coverage",
      [5_000, 5_000],
      0,
      [
        [0, 0],
        [5_000, 5_000],
      ],
    ],
    [
      "4 variations",
      [2_500, 2_500, 2_500, 2_500],
      10_000,
      [
        [0, 2_500],
        [2_500, 5_000],
        [5_000, 7_500],
        [7_500, 10_000],
      ],
    ],
    [
      "uneven weights",
      [4_000, 6_000],
      10_000,
      [
        [0, 4_000],
        [4_000, 10_000],
      ],
    ],
    [
      "uneven weights, reduced coverage, 3 variations",
      [2_000, 3_000, 5_000],
      2_000,
      [
        [0, 400],
        [2_000, 2_600],
        [5_000, 6_000],
      ],
    ],
  ])("%s", (_, given, coverage, expected) => {
    expect(rangesOf({ weights: given, coverage }).map(({ from, to }) => [from, to])).toEqual(expected);
  });

  test("with full coverage everyone has an arm, by the weights", () => {
    fc.assert(
      fc.property(weights, (given) => {
        const counts = given.map(() => 0);
        for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
          const arm = armOf(bucket, rangesOf({ weights: given, coverage: BUCKETS }));
          counts[arm] = (counts[arm] ?? 0) + 1;
        }
        expect(counts).toEqual(given);
      }),
      { numRuns: 20 },
    );
  });

  test("growing coverage moves nobody who is in", () => {
    fc.assert(
      fc.property(
        weights,
        fc.integer({ min: 0, max: BUCKETS }),
        fc.integer({ min: 0, max: BUCKETS }),
        fc.integer({ min: 0, max: BUCKETS - 1 }),
        (given, one, other, bucket) => {
          const before = armOf(bucket, rangesOf({ weights: given, coverage: Math.min(one, other) }));
          const after = armOf(bucket, rangesOf({ weights: given, coverage: Math.max(one, other) }));
          if (before !== -1) expect(after).toBe(before);
        },
      ),
    );
  });
});

describe("namespaces", () => {
  const within = (id: string, from: number, to: number): boolean => isWithin(bucketOf(namespaceSeed("prices"), id), { from, to });
  const people = Array.from({ length: 30_000 }, (_, at) => `user-${at}`);

  test("shares that do not meet have nobody in common, and together everyone", () => {
    const inFirst = people.filter((id) => within(id, 0, 4_000));
    const inSecond = people.filter((id) => within(id, 4_000, 10_000));
    expect(new Set([...inFirst, ...inSecond]).size).toBe(people.length);
    expect(inFirst.length + inSecond.length).toBe(people.length);
    expect(inFirst.length / people.length).toBeCloseTo(0.4, 1);
  });

  test("a share of a namespace says nothing about the arm", () => {
    const ranges = rangesOf({ weights: [5_000, 5_000], coverage: BUCKETS });
    const arms = people.filter((id) => within(id, 0, 3_000)).map((id) => armOf(bucketOf("checkout", id), ranges));
    const control = arms.filter((arm) => arm === 0).length;
    expect((control - arms.length / 2) ** 2 / (arms.length / 4)).toBeLessThan(10.83);
  });
});

describe("armOfPerson", () => {
  const row = fc.record({
    originId: fc.integer({ min: 1, max: 30 }).map(String),
    arm: fc.constantFrom("control", "new", "newer", "newest"),
    atMs: fc.integer({ min: 0, max: 3 }),
  });

  test("nothing of nothing", () => {
    expect(armOfPerson([])).toBeUndefined();
  });

  test("the earliest holds, at one instant that of the smaller id, in whatever order rows come", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { minLength: 1, maxLength: 6, selector: ({ originId }) => originId }),
        (rows: readonly RememberedArm[]) => {
          let first = rows[0];
          for (const other of rows)
            if (
              first === undefined ||
              other.atMs < first.atMs ||
              (other.atMs === first.atMs && BigInt(other.originId) < BigInt(first.originId))
            )
              first = other;
          const expected = { arm: first?.arm };
          expect(armOfPerson(rows)).toEqual(expected);
          expect(armOfPerson(rows.toReversed())).toEqual(expected);
        },
      ),
    );
  });
});

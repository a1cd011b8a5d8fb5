import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenBuckets } from "./token-bucket.ts";

describe("token buckets", () => {
  test("a burst is let in, then so much a second; the answer says when to come back", () => {
    let now = 0;
    const buckets = createTokenBuckets({ perSecond: 2, burst: 10 }, () => now);
    expect(buckets.take("a", 10)).toBe(0);
    expect(buckets.take("a", 5)).toBe(3);
    expect(buckets.take("b", 5)).toBe(0);
    now = 2_400;
    expect(buckets.take("a", 5)).toBe(1);
    now = 2_500;
    expect(buckets.take("a", 5)).toBe(0);
    expect(buckets.take("a")).toBe(1);
  });

  test("more than the burst at once is let in by a full bucket, and paid off before the next", () => {
    let now = 0;
    const buckets = createTokenBuckets({ perSecond: 1, burst: 10 }, () => now);
    expect(buckets.take("a", 30)).toBe(0);
    expect(buckets.take("a", 1)).toBe(21);
    now = 21_000;
    expect(buckets.take("a", 1)).toBe(0);
  });

  test("whoever waits as long as told gets in, and no caller gets more than burst and rate allow", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 50 }),
        (perSecond, counts) => {
          let now = 0;
          let taken = 0;
          const buckets = createTokenBuckets({ perSecond, burst: perSecond * 10 }, () => now);
          for (const count of counts) {
            const waitSeconds = buckets.take("a", count);
            now += waitSeconds * 1000;
            if (waitSeconds > 0) expect(buckets.take("a", count)).toBe(0);
            taken += count;
          }
          // The last one may still have to be paid off.
          expect(taken).toBeLessThanOrEqual(perSecond * 10 + (now / 1000) * perSecond + (counts.at(-1) ?? 0));
        },
      ),
    );
  });
});

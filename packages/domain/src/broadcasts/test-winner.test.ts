import fc from "fast-check";
import { expect, test } from "vitest";
import type { BroadcastVariant } from "./broadcast.ts";
import { testedPeople, testWinner, variantAt } from "./test-winner.ts";

const variants = (count: number): BroadcastVariant[] =>
  Array.from({ length: count }, (_, at) => ({ key: `v${at}`, name: "", template: "1", templateVersion: null }));

test("the tested are shared evenly among the variants, and everybody else waits for the winner", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5 }),
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 1, max: 9_999 }),
      (count, audience, share) => {
        const broadcast = { variants: variants(count), test: { share, by: "opened", afterMinutes: 60 } } as const;
        const tested = testedPeople(broadcast, audience);
        expect(tested).toBeLessThanOrEqual(audience);
        expect(tested).toBeGreaterThanOrEqual(Math.min(audience, count));
        const got = Map.groupBy(
          Array.from({ length: audience }, (_, place) => variantAt(broadcast, place, tested)),
          (key) => key,
        );
        expect(got.get(undefined)?.length ?? 0).toBe(audience - tested);
        const sizes = broadcast.variants.map(({ key }) => got.get(key)?.length ?? 0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test("without a test everybody gets the one variant", () => {
  const broadcast = { variants: variants(1), test: null };
  expect(testedPeople(broadcast, 100)).toBe(0);
  expect(variantAt(broadcast, 99, 0)).toBe("v0");
});

test("the highest share wins, of equal ones the first, and how sure that is stands beside it", () => {
  const clear = testWinner([
    { key: "a", sent: 1_000, did: 100 },
    { key: "b", sent: 1_000, did: 200 },
  ]);
  expect(clear.key).toBe("b");
  expect(clear.counts[1]?.best).toBeGreaterThan(0.999);
  expect(
    testWinner([
      { key: "a", sent: 0, did: 0 },
      { key: "b", sent: 0, did: 0 },
    ]),
  ).toMatchObject({ key: "a", counts: [{ best: 0.5 }, { best: 0.5 }] });
  // A smaller share of more people does not win.
  expect(
    testWinner([
      { key: "a", sent: 1_000, did: 100 },
      { key: "b", sent: 10, did: 2 },
    ]).key,
  ).toBe("b");
});

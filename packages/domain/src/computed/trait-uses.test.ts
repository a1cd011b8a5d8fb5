import { expect, test } from "vitest";
import { isComputedTrait } from "../traits/computed-traits.ts";
import { queryNamesTrait, ruleNamesTrait } from "./trait-uses.ts";

const TRAIT = "$computed_total";

test("a question names a trait in conditions and breakdowns at any depth, and no other text that looks like it", () => {
  const filters = { people: { all: [{ not: { trait: TRAIT, gte: 3 } }] } };
  expect(queryNamesTrait({ steps: [{ event: "Paid" }], filters }, TRAIT)).toBe(true);
  expect(queryNamesTrait({ breakdown: [{ trait: `${TRAIT}.part` }] }, TRAIT)).toBe(true);
  expect(queryNamesTrait({ breakdown: [{ property: TRAIT }, { trait: `${TRAIT}_more` }], name: TRAIT }, TRAIT)).toBe(false);
});

test("a rule names a trait that one of its leaves asks for", () => {
  expect(
    ruleNamesTrait(
      {
        any: [
          { tag: "vip", has: true },
          { trait: TRAIT, isSet: true },
        ],
      },
      TRAIT,
    ),
  ).toBe(true);
  expect(ruleNamesTrait({ did: { event: "Paid", where: { property: TRAIT, isSet: true } } }, TRAIT)).toBe(false);
});

test("what names a value of a trait says it among those that the trait is, or is not", () => {
  const conditions = [{ trait: TRAIT, is: ["a"] }, { all: [{ not: { trait: TRAIT, isNot: ["b", "a"] } }] }] as const;
  for (const condition of conditions) {
    expect([ruleNamesTrait(condition, TRAIT, "a"), queryNamesTrait({ filters: condition }, TRAIT, "a")]).toEqual([true, true]);
    expect([ruleNamesTrait(condition, TRAIT, "c"), queryNamesTrait({ filters: condition }, TRAIT, "c")]).toEqual([false, false]);
  }
  expect([
    ruleNamesTrait({ trait: TRAIT, isSet: true }, TRAIT, "a"),
    queryNamesTrait({ breakdown: [{ trait: TRAIT }] }, TRAIT, "a"),
  ]).toEqual([false, false]);
});

test("names of computed traits are kept for them, whatever follows the prefix", () => {
  expect(["$computed_total", "$computed_", "$computed_Total.part", "$stage"].map(isComputedTrait)).toEqual([true, true, true, true]);
  expect(["computed_total", "$computed", "$browser"].map(isComputedTrait)).toEqual([false, false, false]);
});

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

test("names of computed traits are kept for them, whatever follows the prefix", () => {
  expect(["$computed_total", "$computed_", "$computed_Total.part", "$stage"].map(isComputedTrait)).toEqual([true, true, true, true]);
  expect(["computed_total", "$computed", "$browser"].map(isComputedTrait)).toEqual([false, false, false]);
});

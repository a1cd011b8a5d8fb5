import fc from "fast-check";
import { expect, test } from "vitest";
import { leafHolds } from "./live-rule.ts";
import { foldCondition, type PersonLeaf } from "../conditions/condition.ts";
import { COMBINATION_OPS, ruleOfCombination, type CombinationOp } from "./combination.ts";

const MEANT: Readonly<Record<CombinationOp, (of: readonly string[], is: (id: string) => boolean) => boolean>> = {
  union: (of, is) => of.some(is),
  intersect: (of, is) => of.every(is),
  except: ([first = "", ...others], is) => is(first) && !others.some(is),
};

test("the rule of a combination holds for whoever the combination means", () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }).map(String), { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(fc.constantFrom(...COMBINATION_OPS), ids, fc.uniqueArray(fc.integer({ min: 1, max: 12 }).map(String)), (op, of, own) => {
      const segments = new Set(own);
      const holds = foldCondition<PersonLeaf, boolean>(ruleOfCombination({ op, of }), {
        all: (parts) => parts.every(Boolean),
        any: (parts) => parts.some(Boolean),
        not: (part) => !part,
        leaf: (leaf) => leafHolds(leaf, { id: "1", traits: {}, tags: new Map(), segments, counter: () => [] }, { nowMs: 0, zone: "UTC" }),
      });
      expect(holds).toBe(MEANT[op](of, (id) => segments.has(id)));
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { TraitChange } from "../event/feed-event.ts";
import { applyTraits, EMPTY_TRAITS, foldTraits, type TraitMessage, type TraitState } from "./fold-traits.ts";
import { takeBackTraits } from "./take-back.ts";

const key = fc.constantFrom("city", "visits");
const change: fc.Arbitrary<TraitChange> = fc.oneof(
  fc.record({ op: fc.constantFrom("set" as const, "set_once" as const), key, value: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ op: fc.constant("increment" as const), key, value: fc.integer({ min: 1, max: 3 }) }),
);
const messages = (name: string, from: number, to: number): fc.Arbitrary<readonly TraitMessage[]> =>
  fc
    .array(fc.record({ timeMs: fc.integer({ min: from, max: to }), changes: fc.array(change, { minLength: 1, maxLength: 2 }) }), {
      maxLength: 5,
    })
    .map((list) => list.map((item, index) => ({ ...item, messageId: `${name}-${index}` })));
const fold = (state: TraitState) => [...foldTraits([state])].map(([name, { value }]) => [name, value]);

test("what came before and after an import is as if there had been none; taking it back twice changes nothing more", () => {
  fc.assert(
    fc.property(messages("before", 0, 10), messages("import", 0, 20), messages("after", 21, 30), (earlier, imported, later) => {
      const before = applyTraits(EMPTY_TRAITS, earlier);
      const now = applyTraits(applyTraits(before, imported), later);
      const ids = imported.map(({ messageId }) => messageId);
      const back = takeBackTraits(before, now, ids);
      expect(fold(back)).toEqual(fold(applyTraits(before, later)));
      expect(fold(takeBackTraits(before, back, ids))).toEqual(fold(back));
    }),
    { numRuns: 100 },
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TraitChange } from "../event/feed-event.ts";
import {
  applyTraits,
  EMPTY_TRAITS,
  foldTraits,
  traitsObject,
  TRAITS_PER_ORIGIN_MAX,
  type TraitMessage,
  type TraitState,
} from "./fold-traits.ts";
import { LIST_LENGTH_MAX, LOG_LENGTH_MAX } from "./trait-log.ts";

const key = fc.constantFrom("city", "visits", "tags", "__proto__");
const scalar = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom("a", "b", ""), fc.boolean(), fc.constant(null));
const change: fc.Arbitrary<TraitChange> = fc.oneof(
  fc.record({ op: fc.constantFrom("set" as const, "set_once" as const), key, value: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })) }),
  fc.record({ op: fc.constant("append" as const), key, value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ op: fc.constant("increment" as const), key, value: fc.integer({ min: -5, max: 5 }) }),
  fc.record({ op: fc.constant("unset" as const), key }),
  fc.constant({ op: "clear" as const }),
);
const messages = fc
  .array(
    fc.record({
      timeMs: fc.integer({ min: 0, max: 9 }),
      changes: fc.array(change, { minLength: 1, maxLength: 3 }),
      origin: fc.nat({ max: 2 }),
    }),
    { maxLength: 20 },
  )
  .map((list) => list.map((item, index) => ({ ...item, messageId: `message-${index}` })));

type Said = TraitMessage & { readonly origin: number };

function statesOf(said: readonly Said[]): readonly TraitState[] {
  return [0, 1, 2].map((origin) =>
    said.filter((message) => message.origin === origin).reduce((state, message) => applyTraits(state, [message]), EMPTY_TRAITS),
  );
}
const fold = (states: readonly TraitState[]) => [...foldTraits(states)];
const traitsOf = (...said: readonly TraitMessage[]) => traitsObject(foldTraits([applyTraits(EMPTY_TRAITS, said)]));
const at = (timeMs: number, ...changes: readonly TraitChange[]): TraitMessage => ({ timeMs, messageId: `m${timeMs}`, changes });

describe("traits", () => {
  test("the latest set wins; set once fills only what is absent; an unset forgets", () => {
    expect(traitsOf(at(2, { op: "set", key: "city", value: "北京" }), at(1, { op: "set", key: "city", value: "上海" }))).toEqual({
      city: "北京",
    });
    expect(traitsOf(at(2, { op: "set_once", key: "first", value: "b" }), at(1, { op: "set_once", key: "first", value: "a" }))).toEqual({
      first: "a",
    });
    expect(
      traitsOf(
        at(3, { op: "set_once", key: "first", value: "c" }),
        at(2, { op: "unset", key: "first" }),
        at(1, { op: "set_once", key: "first", value: "a" }),
      ),
    ).toEqual({ first: "c" });
    expect(traitsOf(at(1, { op: "set", key: "city", value: "上海" }), at(2, { op: "clear" }))).toEqual({});
  });

  test("increments count from the latest set, without decimal dust", () => {
    expect(
      traitsOf(
        at(1, { op: "increment", key: "visits", value: 5 }),
        at(2, { op: "set", key: "visits", value: 10 }),
        at(3, { op: "increment", key: "visits", value: 1 }),
      ),
    ).toEqual({ visits: 11 });
    expect(traitsOf(at(1, { op: "increment", key: "sum", value: 0.1 }), at(2, { op: "increment", key: "sum", value: 0.2 }))).toEqual({
      sum: 0.3,
    });
    expect(traitsOf(at(1, { op: "set", key: "city", value: "上海" }), at(2, { op: "increment", key: "city", value: 1 }))).toEqual({
      city: "上海",
    });
  });

  test("an append makes a list without repeats, the latest last", () => {
    expect(
      traitsOf(at(1, { op: "append", key: "tags", value: ["a", "b"] }), at(2, { op: "append", key: "tags", value: ["a", "c"] })),
    ).toEqual({ tags: ["b", "a", "c"] });
    expect(traitsOf(at(1, { op: "set", key: "tags", value: "x" }), at(2, { op: "append", key: "tags", value: "y" }))).toEqual({
      tags: ["x", "y"],
    });
  });

  test("changes of one trait within one message happen in the order written", () => {
    expect(traitsOf(at(1, { op: "set", key: "n", value: 1 }, { op: "increment", key: "n", value: 2 }))).toEqual({ n: 3 });
  });

  test("any order of the same changes gives the same traits", () => {
    fc.assert(
      fc.property(
        messages.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(fold(statesOf(shuffled))).toEqual(fold(statesOf(all)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("a repeated message changes nothing", () => {
    fc.assert(
      fc.property(messages, (all) => {
        expect(statesOf([...all, ...all])).toEqual(statesOf(all));
      }),
    );
  });

  test("several ids of one person say together what one id would have said", () => {
    fc.assert(
      fc.property(messages, (all) => {
        expect(fold(statesOf(all))).toEqual(fold([applyTraits(EMPTY_TRAITS, all)]));
      }),
      { numRuns: 2000 },
    );
  });

  test("folding two people together leaves the state of each as it was, so that taking a merge back restores both", () => {
    fc.assert(
      fc.property(messages, (all) => {
        const states = statesOf(all);
        const before = states.map((state) => fold([state]));
        fold(states);
        expect(states.map((state) => fold([state]))).toEqual(before);
      }),
    );
  });

  test("survives storage as JSON", () => {
    fc.assert(
      fc.property(messages, (all) => {
        const states = statesOf(all);
        expect(fold(JSON.parse(JSON.stringify(states)) as readonly TraitState[])).toEqual(fold(states));
      }),
    );
  });
});

describe("bounds", () => {
  test("thousands of increments are counted exactly in a bounded log, also when they arrive backwards", () => {
    const counts = Array.from({ length: 3000 }, (_, index) => at(index, { op: "increment", key: "visits", value: 1 }));
    for (const order of [counts, counts.toReversed()]) {
      const state = order.reduce(
        (sofar, message) => applyTraits(sofar, [message]),
        applyTraits(EMPTY_TRAITS, [at(-1, { op: "set", key: "visits", value: 7 })]),
      );
      expect(traitsObject(foldTraits([state]))).toEqual({ visits: 3007 });
      expect(state.k["visits"]?.length).toBeLessThanOrEqual(LOG_LENGTH_MAX);
    }
  });

  test("an endless mix of changes stays bounded", () => {
    const mixed = Array.from({ length: 2000 }, (_, index) =>
      at(index, index % 2 === 0 ? { op: "increment", key: "x", value: 1 } : { op: "append", key: "x", value: [index] }),
    );
    const state = applyTraits(EMPTY_TRAITS, mixed);
    expect(state.k["x"]?.length).toBeLessThanOrEqual(LOG_LENGTH_MAX);
  });

  test("a list keeps its latest elements and an id its first traits", () => {
    const list = traitsOf(...Array.from({ length: 300 }, (_, index) => at(index, { op: "append", key: "tags", value: [index] })))["tags"];
    expect(list).toHaveLength(LIST_LENGTH_MAX);
    expect(Array.isArray(list) && list.at(-1)).toBe(299);
    const wide = applyTraits(EMPTY_TRAITS, [
      at(1, ...Array.from({ length: TRAITS_PER_ORIGIN_MAX + 50 }, (_, index) => ({ op: "set" as const, key: `t${index}`, value: 1 }))),
    ]);
    expect(Object.keys(wide.k)).toHaveLength(TRAITS_PER_ORIGIN_MAX);
  });
});

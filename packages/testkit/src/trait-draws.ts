import type { TraitDefinition, TraitMeasure, TraitSource, TraitValue, TraitWindow } from "@terrace/domain/computed/definition";
import type { JsonObject } from "@terrace/domain/json";
import fc from "fast-check";

/** Random ways in which traits are reckoned from events named Bought and Viewed, and what such events hold. */
const source: fc.Arbitrary<TraitSource> = fc.constantFrom<TraitSource>(
  { event: "Bought" },
  { event: "Viewed" },
  { event: null },
  { event: "Bought", where: { property: "kind", is: ["tea", "cup"] } },
  { event: null, where: { column: "utmSource", isSet: true } },
);
const value: fc.Arbitrary<TraitValue> = fc.constantFrom<TraitValue>({ property: "kind" }, { property: "amount" }, { column: "utmSource" });
const within: fc.Arbitrary<TraitWindow | undefined> = fc.option(
  fc.oneof(
    fc.constantFrom(1, 3, 30).map((days) => ({ days })),
    fc.constantFrom("this_month" as const, "last_month" as const, "this_year" as const).map((calendar) => ({ calendar })),
  ),
  { nil: undefined },
);
const measure: fc.Arbitrary<TraitMeasure> = fc.oneof(
  fc.record({ kind: fc.constant("count" as const), of: source }),
  fc.record({
    kind: fc.constantFrom("sum" as const, "avg" as const, "min" as const, "max" as const),
    of: source,
    property: fc.constant("amount"),
  }),
  fc.record({ kind: fc.constant("distinct" as const), of: source, value }),
);

const reckoned: fc.Arbitrary<TraitDefinition> = fc.oneof(
  measure,
  fc.record({ kind: fc.constant("ratio" as const), part: measure, whole: measure }),
  fc.record({ kind: fc.constantFrom("first_value" as const, "last_value" as const), of: source, value, as: fc.constant("text" as const) }),
  fc.record({
    kind: fc.constantFrom("first_value" as const, "last_value" as const),
    of: source,
    value: fc.constant({ property: "amount" }),
    as: fc.constant("number" as const),
  }),
  fc.record({
    kind: fc.constantFrom("first_time" as const, "last_time" as const, "days_since_first" as const, "days_since_last" as const),
    of: source,
  }),
  fc.record({ kind: fc.constant("most_frequent" as const), of: source, value }),
  fc.record({ kind: fc.constant("list" as const), of: source, value, limit: fc.integer({ min: 1, max: 3 }) }),
);

/** A definition of any kind, over any window. */
export const traitDefinition: fc.Arbitrary<TraitDefinition> = fc
  .tuple(reckoned, within)
  .map(([definition, window]) => (window === undefined ? definition : { ...definition, within: window }));

/** What an event holds: numbers in halves, texts of numbers, things of other types, nothing, and the token of something personal. */
export const traitEvent: fc.Arbitrary<{ readonly name: string; readonly properties: JsonObject; readonly utmSource: string }> = fc.record({
  name: fc.constantFrom("Bought", "Viewed"),
  properties: fc.record(
    {
      kind: fc.constantFrom("tea", "cup", "Pot", "7", 7, true, ["tea"], "~phone.AAAAAAAAAAAAAAAAAAAAAA"),
      amount: fc.oneof(
        fc.integer({ min: -4, max: 12 }).map((halves) => halves / 2),
        fc.constantFrom("3.5", "many", false, { of: 3 }),
      ),
    },
    { requiredKeys: [] },
  ),
  utmSource: fc.constantFrom("", "wechat", "search"),
});

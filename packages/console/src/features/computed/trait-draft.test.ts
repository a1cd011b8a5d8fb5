import type { TraitDefinition } from "@terrace/domain/computed/definition";
import { expect, test } from "vitest";
import { bodyOf, definitionOf, draftOf, keyFrom, isKey, newTrait } from "./trait-draft.ts";

const NAME = { zh: "累计", en: "Total" };

const BOUGHT = { event: "Bought", where: { property: "kind", is: ["tea"] } } as const;
const DEFINITIONS: readonly TraitDefinition[] = [
  { kind: "count", of: { event: null }, within: { days: 30 } },
  { kind: "avg", of: BOUGHT, property: "amount", within: { calendar: "last_month" } },
  { kind: "distinct", of: BOUGHT, value: { column: "channel" } },
  { kind: "ratio", part: { kind: "count", of: BOUGHT }, whole: { kind: "sum", of: { event: "Paid" }, property: "amount" } },
  { kind: "first_value", of: { event: null }, value: { column: "utmSource" }, as: "text" },
  { kind: "last_value", of: BOUGHT, value: { property: "amount" }, as: "number" },
  { kind: "days_since_last", of: BOUGHT },
  { kind: "most_frequent", of: BOUGHT, value: { property: "kind" } },
  { kind: "list", of: BOUGHT, value: { property: "kind" }, limit: 3, within: { calendar: "this_year" } },
];

test.each(DEFINITIONS)("a definition can be put into a draft and comes out of it as it was: $kind", (definition) => {
  expect(definitionOf(draftOf({ key: "t", name: NAME, unit: "none", definition }))).toEqual(definition);
});

test("what is not complete is not sent; a name in one language stands in both, and only numbers have a unit", () => {
  const draft = { ...newTrait(), nameZh: "次数", unit: "times" } as const;
  expect(bodyOf(draft)).toEqual({ name: { zh: "次数", en: "次数" }, unit: "times", definition: { kind: "count", of: { event: null } } });
  expect(bodyOf({ ...draft, kind: "last_time" })?.unit).toBe("none");
  expect(bodyOf({ ...draft, nameZh: " " })).toBeUndefined();
  expect(bodyOf({ ...draft, kind: "sum" })).toBeUndefined();
  expect(bodyOf({ ...draft, window: "days", days: null })).toBeUndefined();
  expect(
    bodyOf({ ...draft, kind: "first_value", as: "number", own: { of: { event: null }, value: { column: "utmSource" } } }),
  ).toBeUndefined();
});

test("a name suggests a key that can be one", () => {
  expect(keyFrom("Orders in 90 days")).toBe("orders_in_90_days");
  expect(isKey(keyFrom("90 % of total!"))).toBe(true);
  expect(isKey(keyFrom("累计消费"))).toBe(false);
});

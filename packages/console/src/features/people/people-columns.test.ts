import { expect, test } from "vitest";
import { defaultColumns, traitColumn, traitKeyOf, traitKeys } from "./people-columns.ts";

const rows = [
  { traits: { city: "a", plan: "x", name: "A" }, personalTraits: ["name"] },
  { traits: { city: "b", age: 3, name: "B", $layer: 1 }, personalTraits: ["name"] },
  { traits: { city: "c", plan: "y", name: "C", $layer: 2 }, personalTraits: ["name"] },
];

test("offers the most frequent traits first", () => {
  expect(traitKeys(rows)).toEqual(["city", "name", "$layer", "plan", "age"]);
});

test("shows the two most frequent traits until the operator chooses", () => {
  expect(
    defaultColumns(rows)
      .map(traitKeyOf)
      .filter((key) => key !== undefined),
  ).toEqual(["city", "plan"]);
});

test("shows no personal trait unasked, even where only one row's value is masked", () => {
  const shown = defaultColumns([
    { traits: { address: "杭州***", city: "a", plan: "x" }, personalTraits: ["address"] },
    { traits: { address: "?", city: "b", plan: "y" }, personalTraits: [] },
  ]);
  expect(shown.map(traitKeyOf).filter((key) => key !== undefined)).toEqual(["city", "plan"]);
});

test("tells trait columns from facts", () => {
  expect(traitKeyOf(traitColumn("state"))).toBe("state");
  expect(traitKeyOf("state")).toBeUndefined();
});

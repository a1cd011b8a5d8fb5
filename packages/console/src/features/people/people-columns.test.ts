import { expect, test } from "vitest";
import { defaultColumns, traitColumn, traitKeyOf, traitKeys } from "./people-columns.ts";

const rows = [
  { traits: { city: "a", plan: "x", name: "A" } },
  { traits: { city: "b", age: 3, name: "B", $layer: 1 } },
  { traits: { city: "c", plan: "y", name: "C", $layer: 2 } },
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

test("tells trait columns from facts", () => {
  expect(traitKeyOf(traitColumn("state"))).toBe("state");
  expect(traitKeyOf("state")).toBeUndefined();
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { pairsOf, valuesOf, type Values } from "./pairs.ts";

it("reads every value as what it was, however it is typed", () => {
  const values = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name.trim() === name && name !== "" && name !== "__proto__"),
    fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Values[string]),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(values, (all) => {
      expect(valuesOf(pairsOf(all))).toEqual(all);
    }),
  );
});

it("takes what reads as JSON as such, and all else as text", () => {
  const pair = (value: string) => valuesOf([{ name: "x", value }])["x"];
  expect([pair("12"), pair("true"), pair('"12"'), pair("gold"), pair('{"a":1}'), pair("")]).toEqual([12, true, "12", "gold", { a: 1 }, ""]);
  expect(valuesOf([{ name: " ", value: "1" }])).toEqual({});
});

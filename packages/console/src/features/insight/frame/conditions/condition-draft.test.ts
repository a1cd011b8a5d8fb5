import type { Condition } from "@terrace/domain/conditions/condition";
import { readCondition } from "@terrace/domain/conditions/read-condition";
import { describe, expect, test } from "vitest";
import { draftGaps } from "../draft-gaps.ts";
import {
  conditionOf,
  groupOf,
  newDid,
  newLeaf,
  opOf,
  opsOf,
  scalarOf,
  valuesOf,
  withField,
  withOp,
  withPart,
  withValues,
} from "./condition-draft.ts";

const city: Condition = { trait: "city", is: ["上海"] };
const price: Condition = { property: "price", gte: 9 };

describe("groups", () => {
  test.each<[string, Condition]>([
    ["one leaf", city],
    ["all", { all: [city, price] }],
    ["any", { any: [city, price] }],
    ["none", { not: { any: [city, price] } }],
    ["a group in a group", { all: [city, { any: [price, city] }] }],
  ])("%s comes back as it was", (_, condition) => {
    expect(conditionOf(groupOf(condition))).toEqual(condition);
  });

  test("without parts there is no condition", () => {
    expect(conditionOf(withPart(groupOf(city), 0, undefined))).toBeUndefined();
    expect(groupOf(undefined)).toEqual({ join: "all", parts: [] });
  });
});

describe("leaves", () => {
  test("another comparison keeps what fits", () => {
    const leaf = withValues(withField(newLeaf("property"), { kind: "property", name: "price" }), [5, 9]);
    expect(withOp(leaf, "between")).toEqual({ property: "price", between: [5, 9] });
    expect(withOp(leaf, "gt")).toEqual({ property: "price", gt: 5 });
    expect(withOp(leaf, "contains")).toEqual({ property: "price", contains: "5" });
    expect(withOp(leaf, "isNotSet")).toEqual({ property: "price", isSet: false });
    expect(opOf(withOp(leaf, "isNotSet"))).toBe("isNotSet");
    expect(valuesOf(withOp(leaf, "isSet"))).toEqual([]);
  });

  test("a value typed for a number is one, unless the field holds text or it is not written as one", () => {
    expect([scalarOf("5", "unknown"), scalarOf("5", "text"), scalarOf("007", "unknown"), scalarOf("true", "boolean")]).toEqual([
      5,
      "5",
      "007",
      true,
    ]);
  });

  test("of personal values only the whole can be asked", () => {
    expect(opsOf({ type: "text", personal: true }, "is")).not.toContain("contains");
    expect(opsOf({ type: "text", personal: true }, "contains")).toContain("contains");
  });

  test("what is complete is a condition the server reads, and what is not has gaps", () => {
    const complete: Condition = {
      all: [city, withOp(withField(newLeaf("column"), { kind: "column", name: "os" }), "isSet"), newDid(null)],
    };
    expect(draftGaps(complete)).toBe(0);
    expect(readCondition(complete, "where").ok).toBe(true);
    expect(
      draftGaps({
        all: [newLeaf("trait"), { property: "a", gt: null }, { property: "b", between: [1, null] }, { column: "os", contains: "" }],
      }),
    ).toBe(4);
  });
});

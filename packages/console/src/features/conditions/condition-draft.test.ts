import type { Condition } from "@terrace/domain/conditions/condition";
import { readCondition } from "@terrace/domain/conditions/read-condition";
import { describe, expect, test } from "vitest";
import { draftGaps } from "./draft-gaps.ts";
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
import { newDayLeaf } from "./day-draft.ts";
import { canGrow, limitIn, newSequence, withBreak, withLimit, withoutStep, withStep } from "./sequence-draft.ts";
import { ASKS, newWithin, withAsk, withCompared, withProperty, withDate, withTime, WITHIN_KINDS } from "./did-draft.ts";

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

describe("what someone did", () => {
  const often = newDid("Paid");
  test("another question keeps the time and the number", () => {
    const days = withAsk(withTime(withCompared(often, { op: "lt", value: 3 }), { hours: 6 }), "days");
    expect(days).toEqual({ did: { event: "Paid" }, measure: { kind: "days" }, is: { op: "lt", value: 3 }, within: { hours: 6 } });
    expect(withAsk(days, "last")).toEqual({ did: { event: "Paid" }, last: { hours: 6 } });
    expect(withAsk(withAsk(days, "last"), "times")).toEqual({
      did: { event: "Paid" },
      count: { op: "gte", value: 1 },
      within: { hours: 6 },
    });
  });

  test("each question and time is one that the server reads, once a property is chosen", () => {
    const times = WITHIN_KINDS;
    for (const ask of ASKS)
      for (const time of times) {
        const leaf = withTime(withProperty(withAsk(often, ask), "price"), newWithin(time, "2026-07-16"));
        expect(readCondition(leaf, "where"), `${ask} ${time}`).toEqual({ ok: true, value: leaf });
      }
    expect(draftGaps(withAsk(often, "sum"))).toBe(1);
  });

  test("of two dates one gives way to the other, so that a day is left", () => {
    const july = { from: "2026-07-01", to: "2026-08-01" };
    expect(withDate(july, "from", "2026-07-05")).toEqual({ from: "2026-07-05", to: "2026-08-01" });
    expect(withDate(july, "from", "2026-08-31")).toEqual({ from: "2026-08-31", to: "2026-09-01" });
    expect(withDate(july, "to", "2026-07-01")).toEqual({ from: "2026-06-30", to: "2026-07-01" });
  });

  test("dates of traits are read, once a date is chosen", () => {
    expect(draftGaps(newDayLeaf("since", "before"))).toBe(1);
    for (const leaf of [newDayLeaf("since", "dateWithin"), newDayLeaf("since", "anniversary"), { trait: "since", after: "2026-07-01" }])
      expect(readCondition(leaf, "where")).toEqual({ ok: true, value: leaf });
  });
});

test("a sequence grows up to five steps, keeps two, and is one that the server reads", () => {
  const grown = [2, 3, 4].reduce((leaf, at) => withStep(leaf, at, { event: "Paid" }), newSequence());
  expect([canGrow(newSequence()), canGrow(grown)]).toEqual([true, false]);
  expect(withoutStep(newSequence(), 0)).toEqual(newSequence());
  const whole = withLimit(withBreak(withoutStep(grown, 0), { event: "Refunded" }), { unit: "hours", value: 6 });
  expect(whole).toEqual({
    sequence: {
      steps: [{ event: null }, { event: "Paid" }, { event: "Paid" }, { event: "Paid" }],
      without: { event: "Refunded" },
      withinHours: 6,
    },
  });
  expect(readCondition(whole, "where")).toEqual({ ok: true, value: whole });
  expect(limitIn(withLimit(whole, { unit: "none", value: 6 })).unit).toBe("none");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printCondition } from "./print-condition.ts";
import {
  CONDITION_DEPTH_MAX,
  CONDITION_LEAVES_MAX,
  readCondition,
  readEventCondition,
  readEventSelector,
  readPersonCondition,
} from "./read-condition.ts";

const leaf = { property: "city", is: ["上海"] };

function nested(levels: number): unknown {
  return levels === 1 ? leaf : { not: nested(levels - 1) };
}

test("a whole condition is read as it is", () => {
  const condition = {
    all: [
      { property: "items.sku", is: ["A", 5, true] },
      { any: [{ column: "channel", isNot: ["search"] }, { not: { property: "price", between: [1, 2.5] } }] },
      { trait: "level", startsWith: "V" },
      { did: { event: "Paid", where: { property: "price", gt: 0 } }, count: { op: "gte", value: 2 }, within: { days: 30 } },
      { segment: "7", in: false },
      { did: { event: null }, within: { from: "2026-07-01", to: "2026-08-01" } },
    ],
  };
  expect(readCondition(condition, "where")).toEqual({ ok: true, value: condition });
});

describe("what is wrong is named with its place and its mend", () => {
  test.each([
    [null, "where", "condition.invalid"],
    [{}, "where", "condition.invalid"],
    [{ all: [] }, "where.all", "condition.invalid"],
    [{ all: [leaf], any: [leaf] }, "where", "condition.invalid"],
    [{ all: [leaf, { any: [{ property: "a" }] }] }, "where.all[1].any[0]", "condition.invalid"],
    [{ property: "a", is: ["x"], gt: 1 }, "where", "condition.invalid"],
    [{ property: "a", equals: "x" }, "where.equals", "condition.invalid"],
    [{ property: "a", is: [] }, "where.is", "condition.invalid"],
    [{ property: "a", is: ["x", null] }, "where.is[1]", "condition.invalid"],
    [{ property: "a", is: ["x".repeat(256)] }, "where.is[0]", "condition.invalid"],
    [{ property: "a", is: Array.from({ length: 101 }, String) }, "where.is", "condition.too_large"],
    [{ property: "a", contains: "" }, "where.contains", "condition.invalid"],
    [{ property: "a", contains: "\ud800" }, "where.contains", "condition.invalid"],
    [{ property: "a", gt: "5" }, "where.gt", "condition.invalid"],
    [{ property: "a", gt: 2 ** 53 }, "where.gt", "condition.invalid"],
    [{ property: "a", between: [2, 1] }, "where.between", "condition.invalid"],
    [{ property: "a", isSet: 1 }, "where.isSet", "condition.invalid"],
    [{ property: "a..b", isSet: true }, "where.property", "condition.invalid"],
    [{ property: "", isSet: true }, "where.property", "condition.invalid"],
    [{ column: "toString", isSet: true }, "where.column", "condition.invalid"],
    [{ segment: "seven", in: true }, "where.segment", "condition.invalid"],
    [{ segment: "7" }, "where.in", "condition.invalid"],
    [{ did: { event: "" } }, "where.did.event", "condition.invalid"],
    [{ did: { event: "x", when: 1 } }, "where.did.when", "condition.invalid"],
    [{ did: { event: "x", where: { trait: "a", isSet: true } } }, "where.did.where.trait", "condition.invalid"],
    [{ did: { event: "x" }, count: { op: "gte", value: -1 } }, "where.count.value", "condition.invalid"],
    [{ did: { event: "x" }, count: { op: "near", value: 1 } }, "where.count.op", "condition.invalid"],
    [{ did: { event: "x" }, within: { days: 0 } }, "where.within.days", "condition.invalid"],
    [{ did: { event: "x" }, within: { from: "2026-02-30", to: "2026-03-01" } }, "where.within.from", "condition.invalid"],
    [{ did: { event: "x" }, within: { from: "2026-03-01", to: "2026-03-01" } }, "where.within.to", "condition.invalid"],
    [nested(CONDITION_DEPTH_MAX + 1), `where${".not".repeat(CONDITION_DEPTH_MAX)}`, "condition.too_large"],
    [{ all: [{ all: Array.from({ length: CONDITION_LEAVES_MAX }, () => leaf) }, leaf] }, "where.all[1]", "condition.too_large"],
  ])("%j", (json, field, code) => {
    const result = readCondition(json, "where");
    expect(result).toMatchObject({ ok: false, fault: { code, field } });
    expect(result.ok ? "" : result.fault.mend).toMatch(/./);
  });
});

test("as deep and as many as allowed are read", () => {
  expect(readCondition(nested(CONDITION_DEPTH_MAX), "where").ok).toBe(true);
  expect(readCondition({ all: Array.from({ length: CONDITION_LEAVES_MAX }, () => leaf) }, "where").ok).toBe(true);
});

test("a condition on an event says nothing of people, and one on people nothing of an event", () => {
  expect(readEventCondition({ trait: "a", isSet: true }, "where")).toMatchObject({ ok: false, fault: { field: "where.trait" } });
  expect(readPersonCondition({ property: "a", isSet: true }, "who")).toMatchObject({ ok: false, fault: { field: "who.property" } });
});

test("a selector has a name or null, and may have a condition", () => {
  expect(readEventSelector({ event: "Paid" }, "steps[0]")).toEqual({ ok: true, value: { event: "Paid" } });
  expect(readEventSelector({ event: null, where: leaf }, "steps[0]")).toEqual({ ok: true, value: { event: null, where: leaf } });
  expect(readEventSelector({ event: 5 }, "steps[0]")).toMatchObject({ ok: false, fault: { field: "steps[0].event" } });
  expect(readEventSelector({ event: "Paid", where: {} }, "steps[0]")).toMatchObject({ ok: false, fault: { field: "steps[0].where" } });
});

test("any JSON is either read or refused, and what was read is read again as the same", () => {
  const json = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.record({ property: fc.string(), is: fc.array(fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null))) }),
      fc.record({ trait: fc.constant("a"), gt: fc.double() }),
      fc.record({ all: fc.array(tie("node")) }),
      fc.record({ not: tie("node") }),
      fc.jsonValue(),
    ),
  })).node;
  fc.assert(
    fc.property(json, (drawn) => {
      const read = readCondition(drawn, "where");
      if (read.ok) expect(readCondition(JSON.parse(JSON.stringify(read.value)), "where")).toEqual(read);
      else expect(read.fault.code).toMatch(/^condition\./);
    }),
  );
});

describe("one text for the same condition", () => {
  test.each([
    [{ all: [leaf, { trait: "a", gt: 1 }] }, { all: [{ gt: 1, trait: "a" }, leaf, leaf] }],
    [leaf, { any: [{ all: [leaf] }] }],
    [leaf, { not: { not: leaf } }],
    [
      { property: "a", is: ["x", "y"] },
      { property: "a", is: ["y", "x", "y"] },
    ],
    [{ did: { event: "Paid" } }, { did: { event: "Paid" }, count: { op: "gte" as const, value: 1 } }],
    [{ all: [leaf, { all: [{ trait: "a", gt: 1 }] }] }, { all: [{ trait: "a", gt: 1 }, leaf] }],
  ])("%j", (one, other) => {
    expect(printCondition(one)).toBe(printCondition(other));
  });

  test("and another for another", () => {
    const texts = [
      leaf,
      { not: leaf },
      { property: "city", isNot: ["上海"] },
      { trait: "city", is: ["上海"] },
      { property: "a", is: [5] },
      { property: "a", is: ["5"] },
    ].map((each) => printCondition(each));
    expect(new Set(texts).size).toBe(texts.length);
  });
});

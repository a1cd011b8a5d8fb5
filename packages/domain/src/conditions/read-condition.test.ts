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
      { did: { event: "Paid" }, measure: { kind: "sum", property: "price" }, is: { op: "gte", value: 99.5 }, within: { hours: 48 } },
      { did: { event: null }, measure: { kind: "streak" }, is: { op: "gt", value: 6 } },
      { did: { event: "Paid" }, first: { daysAgo: [30, 60] } },
      { did: { event: "Paid" }, last: { days: 7 } },
      { trait: "birthday", anniversary: { withinDays: 7 } },
      { trait: "expires", dateWithin: { fromDays: -1, toDays: 7 } },
      { trait: "since", before: "2026-07-01" },
      { chance: { percent: [0, 12.5], seed: "summer" } },
      { tag: "VIP", has: false },
      {
        sequence: {
          steps: [{ event: "Seen" }, { event: "Paid", where: leaf }],
          withinDays: 3,
          without: { event: "Refunded" },
          within: { days: 30 },
        },
      },
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
    [{ did: { event: "x" }, within: { hours: 0.5 } }, "where.within.hours", "condition.invalid"],
    [{ did: { event: "x" }, within: { daysAgo: [7, 1] } }, "where.within.daysAgo", "condition.invalid"],
    [{ did: { event: "x" }, within: { daysAgo: [0, -1] } }, "where.within.daysAgo[1]", "condition.invalid"],
    [{ did: { event: "x" }, within: { days: 1, hours: 1 } }, "where.within", "condition.invalid"],
    [{ did: { event: "x" }, measure: { kind: "sum", property: "a" } }, "where.is", "condition.invalid"],
    [{ did: { event: "x" }, is: { op: "gte", value: 1 } }, "where.is", "condition.invalid"],
    [
      { did: { event: "x" }, measure: { kind: "sum", property: "a" }, is: { op: "gte", value: 1 }, count: { op: "gte", value: 1 } },
      "where.count",
      "condition.invalid",
    ],
    [{ did: { event: "x" }, measure: { kind: "sum" }, is: { op: "gte", value: 1 } }, "where.measure.property", "condition.invalid"],
    [{ did: { event: "x" }, measure: { kind: "median", property: "a" }, is: {} }, "where.measure.kind", "condition.invalid"],
    [{ did: { event: "x" }, measure: { kind: "days", property: "a" }, is: {} }, "where.measure.property", "condition.invalid"],
    [{ did: { event: "x" }, measure: { kind: "days" }, is: { op: "gte", value: 1.5 } }, "where.is.value", "condition.invalid"],
    [
      { did: { event: "x" }, measure: { kind: "max", property: "a" }, is: { op: "gte", value: 1e13 } },
      "where.is.value",
      "condition.invalid",
    ],
    [{ did: { event: "x" }, first: { days: 1 }, within: { days: 1 } }, "where.within", "condition.invalid"],
    [{ did: { event: "x" }, first: { days: 1 }, last: { days: 1 } }, "where.last", "condition.invalid"],
    [{ property: "a", before: "2026-07-01" }, "where.before", "condition.invalid"],
    [{ trait: "a", before: "2026-02-30" }, "where.before", "condition.invalid"],
    [{ trait: "a", after: "2026-02-03", before: "2026-07-01" }, "where.after", "condition.invalid"],
    [{ trait: "a", dateWithin: { fromDays: 1, toDays: 0 } }, "where.dateWithin.toDays", "condition.invalid"],
    [{ trait: "a", dateWithin: { fromDays: 1 } }, "where.dateWithin.toDays", "condition.invalid"],
    [{ trait: "a", anniversary: { withinDays: 367 } }, "where.anniversary.withinDays", "condition.invalid"],
    [{ tag: "", has: true }, "where.tag", "condition.invalid"],
    [{ tag: "VIP", has: 1 }, "where.has", "condition.invalid"],
    [{ chance: { percent: [10, 10], seed: "a" } }, "where.chance.percent", "condition.invalid"],
    [{ chance: { percent: [0, 0.001], seed: "a" } }, "where.chance.percent", "condition.invalid"],
    [{ chance: { percent: [0, 10], seed: "" } }, "where.chance.seed", "condition.invalid"],
    [{ sequence: { steps: [{ event: "a" }] } }, "where.sequence.steps", "condition.invalid"],
    [{ sequence: { steps: Array.from({ length: 6 }, () => ({ event: "a" })) } }, "where.sequence.steps", "condition.too_large"],
    [{ sequence: { steps: [{ event: "a" }, {}] } }, "where.sequence.steps[1].event", "condition.invalid"],
    [
      { sequence: { steps: [{ event: "a" }, { event: "b" }], withinDays: 1, withinHours: 1 } },
      "where.sequence.withinHours",
      "condition.invalid",
    ],
    [{ sequence: { steps: [{ event: "a" }, { event: "b" }], within: {} } }, "where.sequence.within", "condition.invalid"],
    [{ sequence: { steps: [{ event: "a" }, { event: "b" }] }, within: { days: 1 } }, "where.within", "condition.invalid"],
    [
      { sequence: { steps: [{ event: "a" }, { event: "b", where: { trait: "a", isSet: true } }] } },
      "where.sequence.steps[1].where.trait",
      "condition.invalid",
    ],
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
    [
      { did: { event: "Paid" }, within: { days: 7 } },
      { did: { event: "Paid" }, within: { daysAgo: [0, 6] as const } },
    ],
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

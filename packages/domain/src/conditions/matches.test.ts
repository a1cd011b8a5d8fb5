import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { Condition, Test } from "./condition.ts";
import { conditionWords } from "./condition-words.ts";
import { explainCondition } from "./explain-condition.ts";
import { matchesEvent, type EventFacts } from "./matches-event.ts";
import { matchesEventOf, matchesPerson } from "./matches-person.ts";
import { fieldsOfCondition } from "./named-fields.ts";
import { withStoredForms } from "./stored-forms.ts";

const tokenise = (personalClass: string, value: string): string =>
  `~${personalClass}.${Buffer.from(value).toString("base64url").padEnd(22, "_").slice(0, 22)}`;
const holds = (properties: JsonObject, property: string, asked: Test): boolean =>
  matchesEvent({ property, ...asked }, { properties, context: {} });

describe("values by their text and number", () => {
  test.each<[JsonObject[string], Test, boolean]>([
    [5, { is: ["5"] }, true],
    [5, { is: [5] }, true],
    ["5", { is: [5] }, true],
    ["5.0", { is: [5] }, true],
    ["5.0", { is: ["5"] }, false],
    ["5e0", { is: [5] }, false],
    [1e-7, { is: ["1e-7"] }, true],
    [true, { is: ["true"] }, true],
    ["true", { is: [true] }, true],
    [true, { gt: 0 }, false],
    ["12", { gt: 9 }, true],
    ["abc", { lt: 9 }, false],
    [["a", "b"], { is: ["b"] }, true],
    [["a", "b"], { isNot: ["b"] }, false],
    [[1, null, "7"], { between: [7, 7] }, true],
    [[[1]], { is: [1] }, false],
    [{ b: 1 }, { is: ["1"] }, false],
    [{ b: 1 }, { isSet: true }, true],
    [{ b: {} }, { isSet: true }, false],
    [[], { isSet: true }, true],
    ["", { isSet: true }, true],
    ["", { is: [""] }, true],
    [null, { isSet: true }, false],
    [null, { isNot: ["x"] }, true],
    [null, { containsNot: "x" }, true],
    ["Shanghai", { contains: "HAI" }, true],
    ["ÀB", { contains: "à" }, false],
    [15, { startsWith: "1" }, true],
    [true, { endsWith: "UE" }, true],
    [tokenise("phone", "13800138000"), { contains: "phone" }, false],
    [tokenise("phone", "13800138000"), { isSet: true }, true],
  ])("%j %j is %s", (value, asked, expected) => {
    expect(holds({ a: value }, "a", asked)).toBe(expected);
  });
});

test("a path leads into objects, and into the objects of one list", () => {
  const properties = { order: { items: [{ sku: "A", price: 5 }, "odd", { sku: "B" }] }, "a.b": 1 };
  expect(holds(properties, "order.items.sku", { is: ["B"] })).toBe(true);
  expect(holds(properties, "order.items.price", { gte: 5 })).toBe(true);
  expect(holds(properties, "order.items.name", { isSet: false })).toBe(true);
  expect(holds({ a: [{ b: [{ c: 1 }] }] }, "a.b.c", { isSet: true })).toBe(false);
  expect(holds({}, "constructor", { isSet: true })).toBe(false);
});

test("an empty column is unknown", () => {
  const event = { properties: {}, context: { channel: "", browser: "Firefox" } };
  expect(matchesEvent({ column: "channel", isSet: false }, event)).toBe(true);
  expect(matchesEvent({ column: "channel", is: [""] }, event)).toBe(false);
  expect(matchesEvent({ all: [{ column: "browser", startsWith: "fire" }, { not: { column: "os", isSet: true } }] }, event)).toBe(true);
});

const zone = "America/New_York";
/** Noon on 2026-11-02; the night before, clocks went back. */
const at = { nowMs: Date.UTC(2026, 10, 2, 17), zone, virtuals: [] };
const event = (iso: string, name = "Paid", properties: JsonObject = {}): EventFacts => ({
  name,
  timeMs: Date.parse(iso),
  properties,
  context: {},
});

describe("what a person did", () => {
  const facts = {
    id: "1",
    tags: new Map([["VIP", Infinity]]),
    traits: { level: "VIP", address: { city: "上海" } },
    events: [
      event("2026-11-01T03:59:59.999Z"),
      event("2026-11-01T04:00:00.000Z", "Paid", { price: 5 }),
      event("2026-11-03T04:59:59.999Z", "Viewed"),
      event("2026-11-03T05:00:00.000Z", "Viewed"),
    ],
    segments: new Set(["7"]),
  };
  test.each<[Condition, boolean]>([
    [{ did: { event: "Paid" }, count: { op: "eq", value: 2 } }, true],
    [{ did: { event: "Paid" }, count: { op: "eq", value: 1 }, within: { days: 2 } }, true],
    [{ did: { event: "Paid" }, within: { days: 1 } }, false],
    [{ did: { event: null }, count: { op: "lte", value: 1 }, within: { days: 1 } }, true],
    [{ did: { event: "Viewed" }, count: { op: "eq", value: 1 }, within: { from: "2026-11-01", to: "2026-11-03" } }, true],
    [{ did: { event: "Paid", where: { property: "price", lt: 5 } } }, false],
    [{ did: { event: "Refunded" }, count: { op: "lt", value: 1 } }, true],
    [{ trait: "address.city", is: ["上海"] }, true],
    [
      {
        all: [
          { tag: "VIP", has: true },
          { tag: "vip", has: false },
        ],
      },
      true,
    ],
    [
      {
        all: [
          { segment: "7", in: true },
          { segment: "8", in: false },
        ],
      },
      true,
    ],
    [
      {
        any: [
          { segment: "7", in: false },
          { segment: "8", in: true },
        ],
      },
      false,
    ],
    [{ any: [{ trait: "level", isNot: ["VIP"] }, { not: { did: { event: "Paid" } } }] }, false],
  ])("%j is %s", (condition, expected) => {
    expect(matchesEventOf(condition, event("2026-11-02T00:00:00Z"), facts, at)).toBe(expected);
  });

  test("a virtual event's name stands for the clicks it was given to", () => {
    const click = { ...event("2026-11-02T00:00:00Z", "Element Clicked", { text: "Buy" }), context: { pagePath: "/shop" } };
    const virtuals = [
      { name: "Buy pressed", matcher: { text: { match: "is", value: "Buy" }, path: { match: "is", value: "/shop" } } },
    ] as const;
    const person = { id: "1", tags: new Map(), traits: {}, events: [click], segments: new Set<string>() };
    expect(matchesPerson({ did: { event: "Buy pressed" } }, person, { ...at, virtuals })).toBe(true);
    expect(matchesPerson({ did: { event: "Buy pressed" } }, person, at)).toBe(false);
  });
});

test("personal values are asked for in the form in which they are stored", () => {
  const asked = withStoredForms<Condition>(
    {
      all: [
        { property: "phone", is: ["138 0013 8000", 13_800_138_000] },
        { trait: "name", isNot: ["王芳"] },
        { did: { event: "Paid", where: { property: "remark", is: ["secret"] } } },
      ],
    },
    tokenise,
  );
  expect(asked).toEqual({
    all: [
      {
        property: "phone",
        is: [
          "138 0013 8000",
          tokenise("phone", "13800138000"),
          tokenise("marked", "138 0013 8000"),
          13_800_138_000,
          tokenise("marked", "13800138000"),
        ],
      },
      { trait: "name", isNot: ["王芳", tokenise("name", "王芳"), tokenise("marked", "王芳")] },
      { did: { event: "Paid", where: { property: "remark", is: ["secret", tokenise("marked", "secret")] } } },
    ],
  });
});

test("the fields that a condition names, each once", () => {
  const condition: Condition = {
    all: [
      { property: "a.b", isSet: true },
      {
        any: [
          { property: "a.c", gt: 1 },
          { column: "os", isSet: true },
        ],
      },
      { not: { trait: "level", isSet: true } },
      { did: { event: "Paid", where: { property: "price", gt: 1 } } },
      { did: { event: "Paid" }, measure: { kind: "sum", property: "total.net" }, is: { op: "gt", value: 1 } },
    ],
  };
  expect(fieldsOfCondition(condition)).toEqual([
    { kind: "property", name: "a" },
    { kind: "column", name: "os" },
    { kind: "trait", name: "level" },
    { kind: "event", name: "Paid" },
    { kind: "property", name: "price" },
    { kind: "property", name: "total" },
  ]);
});

test("a condition in one line of words", () => {
  const condition: Condition = {
    all: [
      {
        any: [
          { trait: "city", is: ["上海", "北京"] },
          { column: "os", isSet: false },
        ],
      },
      { not: { property: "price", between: [1, 2] } },
      { did: { event: "Paid", where: { property: "price", gt: 9 } }, count: { op: "gte", value: 2 }, within: { days: 30 } },
    ],
  };
  expect(conditionWords(condition, "zh")).toBe(
    "(city = “上海” 或 “北京” 或 os 没有值) 且 非(price 介于 1 至 2) 且 做过 Paid 至少 2 次，最近 30 天 (price > 9)",
  );
  expect(conditionWords(condition, "en")).toBe(
    "(city = “上海” or “北京” or os is not known) and not (price between 1 and 2) and did Paid at least 2 ×, in the last 30 days (price > 9)",
  );
});

test("a condition line by line", () => {
  const lines = explainCondition({
    all: [
      { trait: "city", is: ["上海", "北京"] },
      { not: { property: "price", between: [1, 2] } },
      { column: "os", isSet: false },
      { segment: "7", in: false },
      { did: { event: "Paid", where: { property: "price", gt: 9 } }, count: { op: "gte", value: 2 }, within: { days: 30 } },
    ],
  });
  expect(
    lines.map(({ key, depth, field, values, params }) => [depth, key, field?.name ?? "", ...values, ...Object.values(params)]),
  ).toEqual([
    [0, "all", ""],
    [1, "is", "city", "上海", "北京"],
    [1, "not", ""],
    [2, "between", "price", 1, 2],
    [1, "isNotSet", "os"],
    [1, "notInSegment", "7"],
    [1, "did.gte", "Paid", 2],
    [2, "withinDays", "", 30],
    [2, "where", ""],
    [3, "gt", "price", 9],
  ]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../json.ts";
import { compileSchema } from "./check-schema.ts";
import { isPersonalToken, PERSONAL_BIT, PROPERTY_TYPES, TYPE_BIT, typeBits, typesOfBits, type PropertyType } from "./property-types.ts";

const token = `~phone.${"Ab-_".repeat(5)}xy`;

describe("property types", () => {
  test("every JSON value has exactly one type", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typesOfBits(typeBits(value as Json))).toHaveLength(1);
      }),
    );
  });

  test.each([
    ["2011-12-09", "datetime"],
    ["2011-12-09T12:50:00Z", "datetime"],
    ["2011-12-09 12:50:00.123+08:00", "datetime"],
    ["2011-12-9", "string"],
    ["order-2011-12-09", "string"],
    ["", "string"],
    [1.5, "number"],
    [false, "boolean"],
    [[], "array"],
    [{}, "object"],
    [null, "null"],
    [token, "string"],
  ] as const)("%j is %s", (value, type) => {
    expect(typesOfBits(typeBits(value))).toEqual([type]);
  });

  test("a token of a personal value is recognised, a look-alike is not", () => {
    expect(typeBits(token) & PERSONAL_BIT).toBe(PERSONAL_BIT);
    expect(isPersonalToken("~phone.short")).toBe(false);
    expect(isPersonalToken("~/home/user")).toBe(false);
  });

  test("bits and types are each other's reverse", () => {
    fc.assert(
      fc.property(fc.subarray([...PROPERTY_TYPES]), (types) => {
        expect(typesOfBits(types.reduce((bits, type) => bits | TYPE_BIT[type], 0))).toEqual(types);
      }),
    );
  });
});

describe("schema check", () => {
  const schema = {
    properties: {
      order_id: { type: "string", required: true },
      revenue: { type: "number", required: false },
      status: { type: "string", required: false, oneOf: ["paid", "open"] },
      at: { type: "datetime", required: false },
    },
    allowOthers: true,
  } as const;
  const check = compileSchema(schema);

  test("a matching event passes, with or without what is optional", () => {
    expect(check({ order_id: "1", revenue: 2, status: "paid", at: "2011-12-09", other: 1 })).toBeUndefined();
    expect(check({ order_id: "1", revenue: null })).toBeUndefined();
    expect(check({ order_id: "2011-12-09" })).toBeUndefined();
  });

  test("a mismatch names the field and never the value", () => {
    expect(check({})).toEqual({ field: "properties.order_id", detail: "order_id is required" });
    expect(check({ order_id: null })).toEqual({ field: "properties.order_id", detail: "order_id is required" });
    expect(check({ order_id: "1", revenue: "13800138000" })).toEqual({ field: "properties.revenue", detail: "revenue must be number" });
    expect(check({ order_id: "1", status: "lost" })?.field).toBe("properties.status");
    expect(check({ order_id: "1", at: "yesterday" })?.field).toBe("properties.at");
  });

  test("other properties can be forbidden", () => {
    const closed = compileSchema({ ...schema, allowOthers: false });
    expect(closed({ order_id: "1", extra: 1 })?.field).toBe("properties.extra");
    expect(closed({ order_id: "1" })).toBeUndefined();
  });

  test("names inherited from Object are ordinary names", () => {
    const odd = compileSchema({
      properties: { ["constructor" as string]: { type: "string" as const, required: true } },
      allowOthers: true,
    });
    expect(odd({})?.field).toBe("properties.constructor");
  });

  test("an event made by the schema's own rules always passes", () => {
    const values: Readonly<Record<string, fc.Arbitrary<Json>>> = {
      string: fc.string(),
      number: fc.double({ noNaN: true, noDefaultInfinity: true }),
      boolean: fc.boolean(),
      datetime: fc.constant("2026-01-02T03:04:05Z"),
      array: fc.constant([]),
      object: fc.constant({}),
      null: fc.constant(null),
    };
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.constantFrom<PropertyType>(...PROPERTY_TYPES)),
        fc.context(),
        (types, context) => {
          const rules = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, required: true }] as const));
          const event = Object.fromEntries(
            Object.entries(types).map(([name, type]) => [name, fc.sample(values[type] ?? fc.constant(null), 1)[0] ?? null]),
          );
          context.log(JSON.stringify(event));
          expect(compileSchema({ properties: rules, allowOthers: false })(event)).toBeUndefined();
        },
      ),
    );
  });
});

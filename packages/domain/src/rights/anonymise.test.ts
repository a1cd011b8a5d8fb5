import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { ANONYMOUS_TIME_MS, anonymiseProperties, coarsenTimes } from "./anonymise.ts";

describe("what stays of an erased person's event", () => {
  test("are amounts and truth values; text, ids, places and times go", () => {
    const properties = {
      revenue: 66.5,
      quantity: 2,
      coupon: true,
      note: "送到张三家",
      phone: "~phone.mTBopelirERVh1CFHl8irZ",
      order_id: 42,
      orderNo: 43,
      订单号: 44,
      lat: 30.2,
      at: 1_780_000_000_000,
      products: [{ sku: "s-1", price: 33, product_id: 7 }, "text", { name: "only text" }],
      "~phone.mTBopelirERVh1CFHl8irZ": 1,
      empty: { text: "x" },
    };
    expect(anonymiseProperties(properties)).toEqual({ revenue: 66.5, quantity: 2, coupon: true, products: [{ price: 33 }] });
  });

  test("is never text, whatever the properties are", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (properties) => {
        const kept = anonymiseProperties(properties as JsonObject);
        JSON.stringify(kept, (_, value: unknown) => {
          expect(typeof value).not.toBe("string");
          return value;
        });
      }),
    );
  });
});

describe("the times of an erased person's events", () => {
  test("keep their order and their quarter of an hour, and lose the moment", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e12, max: 4e12 }), { maxLength: 50 }), (times) => {
        const before = times.toSorted((a, b) => a - b);
        const after = coarsenTimes(before);
        expect(after).toEqual(after.toSorted((a, b) => a - b));
        expect(new Set(after).size).toBe(after.length);
        after.forEach((time, index) => {
          const from = Math.floor((before[index] ?? 0) / ANONYMOUS_TIME_MS) * ANONYMOUS_TIME_MS;
          expect(time - from).toBeGreaterThanOrEqual(0);
          expect(time - from).toBeLessThan(before.length);
        });
      }),
    );
  });
});

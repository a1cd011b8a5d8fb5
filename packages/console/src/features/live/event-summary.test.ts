import { expect, test } from "vitest";
import { propertyLine, summaryText } from "./event-summary.ts";

const traitsLine = (names: string) => `Traits updated: ${names}`;

test("an amount with its currency is told as money", () => {
  expect(summaryText({ revenue: 38, currency: "CNY", store: "湖滨店" }, "zh-CN")).toBe("¥38.00 · 湖滨店");
  expect(propertyLine({ order_id: "A-1", revenue: 38, currency: "GBP" }, "en", traitsLine)).toBe("order_id A-1 · revenue £38.00");
});

test("a currency that is none does no harm", () => {
  expect(summaryText({ revenue: 38, currency: "points" }, "en")).toBe("38 points");
});

test("lists are counted and objects left out of the line", () => {
  expect(propertyLine({ products: [{}, {}], address: { city: "x" }, empty: null }, "en", traitsLine)).toBe("products ×2");
});

test("says which traits an event changed", () => {
  expect(propertyLine({ $traits: ["name", "phone"], plan: "pro" }, "en", traitsLine)).toBe("plan pro · Traits updated: name, phone");
});

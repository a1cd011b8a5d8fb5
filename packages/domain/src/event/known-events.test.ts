import { expect, test } from "vitest";
import { KNOWN_EVENTS, knownEvent, searchKnownEvents } from "./known-events.ts";

test("the e-commerce specification is known, with names in both languages", () => {
  expect(knownEvent("Order Completed")).toMatchObject({
    zh: "完成订单",
    category: "commerce",
    properties: expect.arrayContaining([{ name: "revenue", type: "number", zh: "收入", en: "Revenue" }]) as unknown,
  });
  expect(knownEvent("constructor")).toBeUndefined();
});

test("names are distinct and complete", () => {
  expect(new Set(KNOWN_EVENTS.map(({ name }) => name)).size).toBe(KNOWN_EVENTS.length);
  expect(KNOWN_EVENTS.filter(({ zh, en }) => zh === "" || en === "")).toEqual([]);
});

test("known events are found by either language", () => {
  expect(searchKnownEvents("订单")).toContain("Order Completed");
  expect(searchKnownEvents("added TO")).toContain("Product Added");
  expect(searchKnownEvents("  ")).toEqual([]);
});

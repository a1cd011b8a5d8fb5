import { expect, test } from "vitest";
import { METRIC_CATALOGUE } from "../insight/metrics/catalogue.ts";
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

test("known events list every property by which the catalogue's metrics choose among them", () => {
  const chosen = METRIC_CATALOGUE.flatMap(({ parameters }) => parameters).flatMap((parameter) =>
    parameter.kind === "events" && "events" in parameter.default ? parameter.default.events : [],
  );
  const properties = chosen.flatMap(({ event, where }) =>
    typeof event === "string" && where !== undefined && "property" in where ? [[event, where.property] as const] : [],
  );
  expect(properties).toContainEqual(["Ticket Created", "category"]);
  const unlisted = properties.filter(([event, property]) => knownEvent(event)?.properties.every(({ name }) => name !== property) === true);
  expect(unlisted).toEqual([]);
});

test("known events are found by either language", () => {
  expect(searchKnownEvents("订单")).toContain("Order Completed");
  expect(searchKnownEvents("added TO")).toContain("Product Added");
  expect(searchKnownEvents("  ")).toEqual([]);
});

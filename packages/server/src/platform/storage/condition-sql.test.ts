import { TOLD_EVENTS } from "@terrace/domain/event/segment-events";
import { expect, test } from "vitest";
import { eventSelectorSql } from "./condition-sql.ts";

const TOOLS = { workspaceId: 1, virtuals: [], tokenise: () => "", nowMs: 0, zone: "Asia/Shanghai" };

test("an event is selected by its name, bound", () => {
  const { text, params } = eventSelectorSql({ event: "It's ordered" }, TOOLS);
  expect(text).toBe("(name in {s0_j0_p0:Array(String)})");
  expect(params).toEqual({ s0_j0_p0: ["It's ordered"] });
});

test("no name selects every event but those that tell of people what was found", () => {
  const { text, params } = eventSelectorSql({ event: null }, TOOLS);
  expect(text).toMatch(/^\(name not in \{\w+:Array\(String\)\}\)$/);
  expect(Object.values(params)).toEqual([TOLD_EVENTS]);
});

test("a name in a condition means nothing to the engine", () => {
  const { text, params } = eventSelectorSql({ event: null, where: { property: "a`b {p0:String}", is: ["x'"] } }, TOOLS);
  expect(text).toContain("properties.`a\\x60b\\x20\\x7bp0\\x3aString\\x7d`, 'String') in");
  expect(text).not.toContain("x'");
  expect(Object.values(params)).toContainEqual(["x'", ""]);
});

test("a personal value is asked for by its token", () => {
  const tools = { ...TOOLS, tokenise: (personalClass: string) => `~${personalClass}.${"t".repeat(22)}` };
  const { params } = eventSelectorSql({ event: "Paid", where: { property: "phone", is: ["13800138000"] } }, tools);
  expect(Object.values(params)).toContainEqual(["13800138000", `~phone.${"t".repeat(22)}`, `~marked.${"t".repeat(22)}`]);
});

test("traits are looked at once, however many conditions there are on them", () => {
  const { text } = eventSelectorSql(
    { event: null, where: { any: [{ trait: "city", is: ["上海"] }, { not: { trait: "level", isSet: true } }] } },
    TOOLS,
  );
  expect(text.match(/person_trait/g)).toHaveLength(1);
  // Who has no traits has no row, and meets the second part.
  expect(text).toContain("global not in");
});

test("who did nothing of the kind is among those who did it less than once", () => {
  const { text } = eventSelectorSql(
    { event: null, where: { did: { event: "Paid" }, count: { op: "lt", value: 1 }, within: { days: 7 } } },
    TOOLS,
  );
  expect(text).toContain("global not in");
  expect(text).toContain("having not (sum(asked_0_0) <");
});

test("what people did is one reading of the events, however much is asked", () => {
  const { text } = eventSelectorSql(
    {
      event: null,
      where: {
        all: [
          { did: { event: "Paid" }, count: { op: "gte", value: 3 }, within: { days: 30 } },
          { trait: "city", is: ["上海"] },
          { did: { event: "Paid" }, measure: { kind: "sum", property: "price" }, is: { op: "gt", value: 100 }, within: { days: 30 } },
          { not: { did: { event: "Visited" }, within: { days: 7 } } },
          { did: { event: "Paid" }, count: { op: "gte", value: 3 }, within: { days: 30 } },
        ],
      },
    },
    TOOLS,
  );
  expect(text.match(/from events/g)).toHaveLength(1);
  expect(text.match(/countIf/g)).toHaveLength(2);
});

test("who did it once or more is found without counting", () => {
  expect(eventSelectorSql({ event: null, where: { did: { event: "Paid" } } }, TOOLS).text).not.toContain("count");
});

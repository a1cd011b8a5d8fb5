import { expect, test } from "vitest";
import { eventSelectorSql } from "./condition-sql.ts";

const TOOLS = { workspaceId: 1, virtuals: [], tokenise: () => "", nowMs: 0, zone: "Asia/Shanghai" };

test("an event is selected by its name, bound", () => {
  const { text, params } = eventSelectorSql({ event: "It's ordered" }, TOOLS);
  expect(text).toBe("(name in {s0_j0_p0:Array(String)})");
  expect(params).toEqual({ s0_j0_p0: ["It's ordered"] });
});

test("no name selects every event", () => {
  expect(eventSelectorSql({ event: null }, TOOLS)).toEqual({ text: "(1)", params: {} });
});

test("a name in a condition means nothing to the engine", () => {
  const { text, params } = eventSelectorSql({ event: null, where: { property: "a`b {p0:String}", is: ["x'"] } }, TOOLS);
  expect(text).toContain("properties.`a\\x60b\\x20\\x7bp0\\x3aString\\x7d`.:`String` in");
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
  expect(text).toContain("having not (sum(times) <");
});

import { expect, test } from "vitest";
import { readDraft, readTyped } from "./rule-draft.ts";

test("a rule with choices still open waits for them; a whole one can be saved", () => {
  expect(readDraft(undefined)).toEqual({ state: "empty" });
  expect(readDraft({ all: [{ trait: "", is: [] }] })).toMatchObject({ state: "gaps" });
  const rule = { did: { event: "Order Completed" }, count: { op: "gte", value: 3 } } as const;
  expect(readDraft(rule)).toEqual({ state: "ready", rule });
});

test("a draft that nests too deep says so and cannot be saved", () => {
  const deep = { not: { not: { not: { not: { not: { not: { tag: "VIP", has: true } } } } } } } as const;
  expect(readDraft(deep)).toMatchObject({ state: "invalid", fault: { code: "condition.too_large" } });
});

test("typed JSON names the part that is wrong", () => {
  expect(readTyped('{"tag":"VIP","has":true}')).toEqual({ rule: { tag: "VIP", has: true } });
  expect(readTyped('{"all":[{"tag":"VIP"}]}')).toMatchObject({ fault: { code: "condition.invalid", field: "rule.all[0].has" } });
  expect(readTyped('{"property":"city","is":["x"]}')).toMatchObject({ fault: { code: "condition.invalid", field: "rule.property" } });
  expect(readTyped("{")).toHaveProperty("notJson");
});

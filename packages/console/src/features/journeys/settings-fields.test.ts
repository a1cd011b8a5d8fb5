import { expect, test } from "vitest";
import { fieldsOf, withFields } from "./settings-fields.ts";

const definition = {
  entry: { kind: "api", condition: null },
  start: "end",
  nodes: [{ kind: "exit", id: "end", name: "", outs: {} }],
  reentry: { kind: "afterDays", days: 3 },
  exits: [{ condition: { tag: "vip", has: true } }, { on: { event: "Order" } }],
  goal: { on: { event: "Order", where: { property: "revenue", gt: 100 } }, withinDays: 5, leaves: false },
  holdout: 725,
  priority: 2,
  purpose: "marketing",
} satisfies Parameters<typeof withFields>[0];

test("settings that nobody touches stay as they are, exits by event before those by condition", () => {
  expect(withFields(definition, fieldsOf({ name: "", definition }))).toEqual({
    ...definition,
    exits: [{ on: { event: "Order" } }, { condition: { tag: "vip", has: true } }],
  });
});

test("fields that the form does not show keep what was set; a goal without an event is none", () => {
  const { reentryDays: _, goalOn: __, ...shown } = fieldsOf({ name: "", definition });
  expect(withFields(definition, { ...shown, reentry: "never", hasGoal: false })).toMatchObject({ reentry: { kind: "never" }, goal: null });
  expect(withFields({ ...definition, goal: null }, { hasGoal: true }).goal).toBeNull();
  expect(withFields(definition, { holdout: 0.07 }).holdout).toBe(7);
});

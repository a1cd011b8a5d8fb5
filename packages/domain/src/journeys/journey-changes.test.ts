import { expect, test } from "vitest";
import { journeyChanges } from "./journey-changes.ts";
import { daysLong, exitNode, journeyWith, messageNode, waitNode } from "./journey-fixture.suite.ts";

const before = journeyWith([waitNode("pause", "hello"), messageNode("hello", "end"), exitNode()]);

test("what was not touched is no change, however its keys are ordered", () => {
  const { entry, ...rest } = before;
  expect(journeyChanges(before, { ...rest, entry: JSON.parse(JSON.stringify(entry)) as typeof entry })).toEqual({
    settings: [],
    nodes: [],
  });
});

test("settings, and nodes that came, went and changed with the fields of it, are told", () => {
  const after = journeyWith([waitNode("pause", "end", daysLong(2)), exitNode(), exitNode("other")], {
    holdout: 0,
    goal: { on: { event: "Order" }, withinDays: 7, leaves: true },
  });
  const { settings, nodes } = journeyChanges(before, after);
  expect(settings).toEqual(["goal", "holdout"]);
  expect(nodes.map((one) => [one.kind, one.node.id, one.kind === "changed" ? one.fields.toSorted() : []])).toEqual([
    ["changed", "pause", ["outs", "until"]],
    ["added", "other", []],
    ["removed", "hello", []],
  ]);
});

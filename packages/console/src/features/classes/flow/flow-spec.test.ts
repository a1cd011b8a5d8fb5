import { expect, test } from "vitest";
import { measureOf, type Unit } from "../../../ui/format/measures.ts";
import { flowSpec, moveOf, ranked, valueName } from "./flow-spec.ts";

const values = ["active", "lost"].map((value) => ({ value, name: value.toUpperCase() }));
const moves = [
  { from: null, to: "lost", people: 1 },
  { from: "active", to: "lost", people: 4 },
  { from: "lost", to: "active", people: 1 },
  { from: "active", to: null, people: 2 },
];
const text = (key: string) => key;
const ground = {
  text,
  format: { count: String, measure: (unit: Unit) => measureOf(unit, { language: "en" as const, currency: "CNY" }) },
};

test("flows lead from each value before to each one after, and every link leads back to its move", () => {
  const spec = flowSpec(moves, values, ground);
  expect(spec.links.map((link) => moveOf({ kind: "link", ...link }))).toEqual(moves.map(({ from, to }) => ({ from, to })));
  const keys = new Set(spec.nodes.map(({ key }) => key));
  expect(spec.links.every(({ from, to }) => keys.has(from) && keys.has(to))).toBe(true);
  for (const layer of [0, 1]) expect(spec.nodes.filter((node) => node.layer === layer).reduce((sum, { value }) => sum + value, 0)).toBe(8);
  expect(moveOf({ kind: "node", key: "before|lost" })).toBeUndefined();
});

test("moves are ranked by people, ties by the order of the class; a value that is gone keeps its key", () => {
  expect(ranked(moves, values).map(({ from, to }) => `${from} ${to}`)).toEqual(["active lost", "active null", "null lost", "lost active"]);
  expect([null, "active", "gone"].map((value) => valueName(values, value, text))).toEqual(["classes.noValue", "ACTIVE", "gone"]);
});

import { expect, test } from "vitest";
import { flowOrder } from "./flow-order.ts";
import type { DrawnNode } from "./use-node-words.ts";

const node = (id: string, ...to: readonly string[]): DrawnNode => ({
  id,
  name: "",
  kind: "jump",
  outs: Object.fromEntries(to.map((one, at) => [`way${at}`, one])),
});

test("a node comes before all it leads to, so that an exit of several ways is last", () => {
  const nodes = [node("end"), node("start", "end", "long"), node("long", "longer"), node("longer", "end")];
  expect(flowOrder({ start: "start", nodes }).map(({ id }) => id)).toEqual(["start", "long", "longer", "end"]);
});

test("nodes come as people meet them, each once, round ways too; what nothing leads to comes last", () => {
  const nodes = [node("alone"), node("c"), node("b", "a", "gone"), node("a", "b", "c")];
  expect(flowOrder({ start: "a", nodes }).map(({ id }) => id)).toEqual(["a", "b", "c", "alone"]);
  expect(flowOrder({ start: "", nodes: [] })).toEqual([]);
});

import { expect, test } from "vitest";
import { slotsIn, takeSlots } from "./series-colours.ts";

test("a series keeps its colour while others come and go", () => {
  const first = takeSlots(new Map(), ["a", "b", "c"]);
  expect([...first]).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ]);
  const later = takeSlots(first, ["c", "d"]);
  expect([later.get("c"), later.get("d")]).toEqual([2, 0]);
  expect(takeSlots(later, ["a", "b", "c"]).get("b")).toBe(1);
});

test("two series on screen never share a colour while there are free ones", () => {
  const slots = takeSlots(takeSlots(new Map(), ["a", "b"]), ["b", "c", "d", "e", "f", "g", "h"]);
  expect(new Set(["b", "c", "d", "e", "f", "g", "h"].map((key) => slots.get(key))).size).toBe(7);
});

test("one series alone is green, whatever it was", () => {
  slotsIn("channel", ["a", "b"]);
  expect(slotsIn("channel", ["b"]).get("b")).toBe(0);
  expect(slotsIn("channel", ["a", "b"]).get("b")).toBe(1);
});

import { expect, test } from "vitest";
import { movesOf, type LayerStay, type NotedChange } from "./layer-why.ts";
import { conditionsOfLayers } from "./layer-rules.ts";
import { shareOut } from "./share-out.ts";

const stay = (layer: string, enteredAt: number, leftAt: number | null, enteredWhy = "list"): LayerStay => ({
  layer,
  enteredAt,
  leftAt,
  enteredWhy,
});
const noted = (change: Pick<NotedChange, "layer" | "at" | "what" | "why"> & Partial<NotedChange>): NotedChange => ({
  month: null,
  by: null,
  fromLayer: null,
  ...change,
});

test("a move by a list says what is noted of the layer that was come to or left, the latest since the stay before", () => {
  const stays = [stay("low", 0, 10, "build"), stay("top", 10, 20), stay("low", 20, 30), stay("top", 30, null, "event")];
  const changes = [
    noted({ layer: "top", at: 10, what: "in", why: "appointed", by: "lin" }),
    noted({ layer: "top", at: 20, what: "out", why: "minimum", month: 24_314 }),
  ];
  expect(movesOf(stays, changes).map(({ from, to, why, month, by }) => [from, to, why, month, by])).toEqual([
    ["low", "top", "condition", null, null],
    ["top", "low", "minimum", 24_314, null],
    ["low", "top", "appointed", null, "lin"],
    [null, "low", "rules_changed", null, null],
  ]);
});

test("who is in no layer for a while left it, and one that is joined with another goes on", () => {
  expect(movesOf([stay("low", 0, 5, "event"), stay("low", 5, 8, "merge"), stay("low", 9, null, "event")], [])).toMatchObject([
    { at: 9, from: null, to: "low" },
    { at: 8, from: "low", to: null },
    { at: 0, from: null, to: "low" },
  ]);
});

test("an appointment beats what brings people in, upwards and downwards", () => {
  const by = { did: { event: "Posted" } } as const;
  expect(
    conditionsOfLayers([
      { appointed: "1", by: "nobody" },
      { appointed: "2", by },
      { appointed: "3", by: "everyone" },
    ]),
  ).toEqual([{ segment: "1", in: true }, { any: [{ segment: "2", in: true }, { all: [by, { segment: "3", in: false }] }] }, null]);
});

test("people go to whoever has the fewest", () => {
  expect(
    shareOut(
      ["a", "b", "c", "d"],
      [
        { owner: "lin", people: 2 },
        { owner: "max", people: 0 },
      ],
    ).map(({ owner }) => owner),
  ).toEqual(["max", "max", "lin", "max"]);
  expect(shareOut(["a"], [])).toEqual([]);
});

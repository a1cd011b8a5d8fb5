import { expect, test } from "vitest";
import type { PyramidView } from "../answers.ts";
import { movesOf } from "./layer-moves.ts";

const layer = (key: string) => ({ key }) as PyramidView["layers"][number];

test("who came from below came up, who left for below went down; who stayed, was in no layer or is in none did neither", () => {
  const moves = movesOf(
    [layer("top"), layer("middle"), layer("base")],
    [
      { from: "middle", to: "top", people: 2 },
      { from: null, to: "top", people: 1 },
      { from: "top", to: "base", people: 4 },
      { from: "base", to: "middle", people: 8 },
      { from: "middle", to: "middle", people: 100 },
      { from: "base", to: null, people: 16 },
    ],
  );
  expect([...moves]).toEqual([
    ["top", { up: 2, down: 4 }],
    ["middle", { up: 8, down: 0 }],
    ["base", { up: 0, down: 0 }],
  ]);
});

import { userIdOf } from "../../../../simulator/src/person.ts";

const CELEBRITIES = 6;

/** How people of a simulated business are sorted: the usual layers of shops, with some of its people at their top. */
export const SIMULATED_PYRAMID = {
  kind: "shop",
  language: "zh",
  top: Array.from({ length: CELEBRITIES }, (_, n) => userIdOf(n)),
  note: "模拟任命 · Simulated appointment",
} as const;

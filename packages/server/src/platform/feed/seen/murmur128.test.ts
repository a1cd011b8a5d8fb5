import { expect, test } from "vitest";
import { murmur128 } from "./murmur128.ts";

/** Answers of murmurhash3js-revisited 3.0.0 (`x86.hash128`) for the UTF-16LE bytes of a text. */
const ANSWERS: readonly (readonly [text: string, seed: number, hash: string])[] = [
  ["", 0, "00000000000000000000000000000000"],
  ["", 1, "88c4adec54d201b954d201b954d201b9"],
  ["a", 77, "36c25ced07dbebfe07dbebfe07dbebfe"],
  ["run-000001", 0, "dd142875f90e30f5bab5adac50fa9b8f"],
  ["run-000001", 1, "92dfb584358e7bbeb8fbfbd076c923d2"],
  ["msg-🎉-Ünï", 77, "322ed258c88edd1d5b35e42d93cdcb14"],
];

test.each(ANSWERS)("%j with seed %i is %s, as another implementation says", (text, seed, hash) => {
  const out = new Uint32Array(6);
  murmur128(text, seed, out, 1);
  expect(Array.from(out.slice(1, 5), (word) => word.toString(16).padStart(8, "0")).join("")).toBe(hash);
  expect([out[0], out[5]]).toEqual([0, 0]);
});

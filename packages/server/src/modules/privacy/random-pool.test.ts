import { expect, test } from "vitest";
import { createRandomPool } from "./random-pool.ts";

test("gives out every byte once, in pieces of any size", () => {
  const random = createRandomPool();
  const seen = new Set<string>();
  for (let index = 0; index < 10_000; index += 1) seen.add(Buffer.from(random(12)).toString("hex"));
  expect(seen.size).toBe(10_000);
  for (const count of [0, 1, 32, 16_384, 16_385, 100_000]) expect(random(count)).toHaveLength(count);
});

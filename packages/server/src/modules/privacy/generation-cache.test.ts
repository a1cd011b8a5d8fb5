import { expect, test } from "vitest";
import { createGenerationCache } from "./generation-cache.ts";

test("never holds more than two generations", () => {
  const cache = createGenerationCache<number>(100);
  for (let index = 0; index < 10_000; index += 1) cache.set(`k${index}`, index);
  expect(cache.size()).toBeLessThanOrEqual(200);
  expect(cache.get("k9999")).toBe(9999);
  expect(cache.get("k0")).toBeUndefined();
});

test("keeps what is asked for again and again", () => {
  const cache = createGenerationCache<string>(10);
  cache.set("hot", "value");
  for (let index = 0; index < 1000; index += 1) {
    cache.set(`cold${index}`, "x");
    expect(cache.get("hot")).toBe("value");
  }
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { createGenerationCache } from "./generation-cache.ts";

test("never holds more than two generations", () => {
  const cache = createGenerationCache<number>(100);
  for (let index = 0; index < 10_000; index += 1) cache.set(index % 7, `k${index}`, index);
  expect(cache.size()).toBeLessThanOrEqual(200);
  expect(cache.get(9999 % 7, "k9999")).toBe(9999);
  expect(cache.get(0, "k0")).toBeUndefined();
});

test("keeps what is asked for again and again", () => {
  const cache = createGenerationCache<string>(10);
  cache.set(1, "hot", "value");
  for (let index = 0; index < 1000; index += 1) {
    cache.set(index % 3, `cold${index}`, "x");
    expect(cache.get(1, "hot")).toBe("value");
  }
});

test("answers the latest value of a group's key or nothing, and all of the last generation", () => {
  const entry = fc.record({ group: fc.nat({ max: 3 }), key: fc.constantFrom("a", "b", "c", "d", "e"), value: fc.nat() });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 100 }), fc.integer({ min: 1, max: 12 }), (entries, perGeneration) => {
      const cache = createGenerationCache<number>(perGeneration);
      const latest = new Map<string, number>();
      for (const { group, key, value } of entries) {
        cache.set(group, key, value);
        latest.set(`${group} ${key}`, value);
        expect(cache.get(group, key)).toBe(value);
      }
      for (const [name, value] of latest) {
        const [group = "", key = ""] = name.split(" ");
        expect([value, undefined]).toContain(cache.get(Number(group), key));
      }
      const recent = new Map(entries.map(({ group, key, value }) => [`${group} ${key}`, value]));
      if (recent.size <= perGeneration) for (const [name, value] of recent) expect(cache.get(Number(name[0]), name.slice(2))).toBe(value);
    }),
  );
});

import { expect, test } from "vitest";
import { createAnswerCache, holdsUntil, questionKey } from "./answer-cache.ts";

const entry = (answer: string) => ({ answer, asOfMs: 0, generation: "1", untilMs: 9 });

test("the same question has one key in whatever order it is written, and another workspace has another", () => {
  const key = questionKey(1, ["trends", { a: 1, b: [{ c: 2, d: 3 }] }]);
  expect(questionKey(1, ["trends", { b: [{ d: 3, c: 2 }], a: 1 }])).toBe(key);
  expect(questionKey(1, ["trends", { a: 1, b: [{ c: 3, d: 2 }] }])).not.toBe(key);
  expect(questionKey(2, ["trends", { a: 1, b: [{ c: 2, d: 3 }] }])).not.toBe(key);
});

test("what was asked for longest ago goes first, large answers are not kept, and a workspace is forgotten whole", () => {
  const cache = createAnswerCache<string>(800);
  for (let at = 0; at < 9; at += 1) {
    cache.keep(`${at % 2}:${at}`, entry(String(at)), 100);
    cache.get("0:0");
  }
  cache.keep("0:large", entry("large"), 101);
  expect([cache.get("0:0")?.answer, cache.get("1:1"), cache.get("0:large"), cache.get("0:2")?.answer]).toEqual([
    "0",
    undefined,
    undefined,
    "2",
  ]);
  cache.forget(new Set([0]));
  expect([cache.get("0:0"), cache.get("1:3")?.answer]).toEqual([undefined, "3"]);
});

test("an answer holds to the next quarter of an hour", () => {
  expect(holdsUntil(Date.UTC(2026, 0, 1, 10, 14, 59))).toBe(Date.UTC(2026, 0, 1, 10, 15));
  expect(holdsUntil(Date.UTC(2026, 0, 1, 10, 15))).toBe(Date.UTC(2026, 0, 1, 10, 30));
});

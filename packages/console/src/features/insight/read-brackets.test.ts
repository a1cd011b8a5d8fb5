import { expect, test } from "vitest";
import { durationLimits, readBrackets } from "./read-brackets.ts";

const LIMITS = { least: -10, most: 100, count: 5 };

test("brackets are rising numbers, however they are separated", () => {
  expect(readBrackets("0, 1，5、 10;20.5", LIMITS)).toEqual([0, 1, 5, 10, 20.5]);
  expect(readBrackets("1, 1", LIMITS)).toBeUndefined();
  expect(readBrackets("5 1", LIMITS)).toBeUndefined();
  expect(readBrackets("a", LIMITS)).toBeUndefined();
  expect(readBrackets(" ", LIMITS)).toBeUndefined();
});

test("what a route would refuse is not taken", () => {
  expect(readBrackets("-10, 100", LIMITS)).toEqual([-10, 100]);
  expect(readBrackets("-11, 0", LIMITS)).toBeUndefined();
  expect(readBrackets("0, 101", LIMITS)).toBeUndefined();
  expect(readBrackets("0, Infinity", LIMITS)).toBeUndefined();
  expect(readBrackets("0 1 2 3 4 5", LIMITS)).toBeUndefined();
  expect(readBrackets("-1, 0", durationLimits(60))).toBeUndefined();
  expect(readBrackets("0, 16666666", durationLimits(60))).toEqual([0, 16_666_666]);
  expect(readBrackets("0, 16666667", durationLimits(60))).toBeUndefined();
});

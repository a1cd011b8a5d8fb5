import { expect, test } from "vitest";
import { readBrackets } from "./read-brackets.ts";

test("brackets are rising numbers, however they are separated", () => {
  expect(readBrackets("0, 1，5、 10;20.5")).toEqual([0, 1, 5, 10, 20.5]);
  expect(readBrackets("1, 1")).toBeUndefined();
  expect(readBrackets("5 1")).toBeUndefined();
  expect(readBrackets("a")).toBeUndefined();
  expect(readBrackets(" ")).toBeUndefined();
});

import { expect, test } from "vitest";
import { readBrackets, USUAL_BRACKETS, writeBrackets } from "./brackets-text.ts";

test("brackets are read as they are written, with the signs people type", () => {
  expect(readBrackets(writeBrackets(USUAL_BRACKETS))).toEqual(USUAL_BRACKETS);
  expect(readBrackets("1，2~3、 4–7")).toEqual([
    { first: 1, last: 1 },
    { first: 2, last: 3 },
    { first: 4, last: 7 },
  ]);
});

test.each(["", "0", "3-2", "1-3, 3-5", "4, 2", "a", "1-"])("%j is no list of brackets", (typed) => {
  expect(readBrackets(typed)).toBeUndefined();
});

import { expect, test } from "vitest";
import { csvCell, csvLine } from "./csv-line.ts";

test.each(["=1+1", "+86 138", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠x"])(
  "a text that starts a formula is defused: %j",
  (text) => {
    expect(csvCell(text).replace(/^"/, "")).toMatch(/^'/);
  },
);

test("numbers stay numbers, nothing is an empty cell, quotes and line breaks are kept", () => {
  expect(csvLine([-5, true, null, undefined, 'say "hi", you', "two\nlines", "王芳"])).toBe(
    '-5,true,,,"say ""hi"", you","two\nlines",王芳\r\n',
  );
});

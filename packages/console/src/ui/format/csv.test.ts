import { describe, expect, test } from "vitest";
import { toCsv } from "./csv.ts";

describe("toCsv", () => {
  test("starts with a byte order mark and quotes what needs it", () => {
    expect(
      toCsv(
        ["a", "b"],
        [
          ["x,y", 'say "hi"'],
          [1, null],
        ],
      ),
    ).toBe('\uFEFFa,b\r\n"x,y","say ""hi"""\r\n1,\r\n');
  });

  test("defuses texts a spreadsheet would run", () => {
    expect(toCsv(["a"], [["=1+1"], ["@cmd"], [-5]])).toBe("\uFEFFa\r\n'=1+1\r\n'@cmd\r\n-5\r\n");
  });
});

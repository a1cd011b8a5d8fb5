import { expect, test } from "vitest";
import { readIds } from "./ids-list.ts";

test("ids are read one a line, each once; empty lines and further columns are passed over", () => {
  expect(readIds("u-1\n\n u-2 ,王芳\r\nu-1\nu-3\tx")).toEqual(["u-1", "u-2", "u-3"]);
  expect(readIds(" \n")).toEqual([]);
});

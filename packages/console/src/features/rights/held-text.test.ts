import { expect, test } from "vitest";
import { heldText } from "./held-text.ts";

test("objects are told member by member, and whatever else stays", () => {
  expect(heldText('{"city":"杭州","total":66,"list":[1]}')).toBe("city: 杭州 · total: 66 · list: [1]");
  for (const text of ["plain", "{not JSON", "", "[1]"]) expect(heldText(text)).toBe(text);
});

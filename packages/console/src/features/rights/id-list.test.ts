import { expect, test } from "vitest";
import { readIdList } from "./id-list.ts";

test("reads kinds and values, bare user ids, tabs and full-width commas", () => {
  expect(readIdList("user_id,u-1\n\n  u-2 \nphone\t13800138000\nEmail，a@b.cc\n")).toEqual({
    ids: [
      { kind: "user_id", value: "u-1" },
      { kind: "user_id", value: "u-2" },
      { kind: "phone", value: "13800138000" },
      { kind: "email", value: "a@b.cc" },
    ],
  });
});

test("names the line with a kind that does not exist", () => {
  expect(readIdList("user_id,u-1\nname,Ann")).toEqual({ line: 2, kind: "name" });
});

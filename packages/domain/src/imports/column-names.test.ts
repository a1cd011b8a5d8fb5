import { expect, test } from "vitest";
import { headerRowOf, nameColumns } from "./column-names.ts";

test("columns of a messy header have usable names, each its own", () => {
  expect(nameColumns(["\ufeff订单号 ", "", "金额\n（元）", "*金额*", "金额", "#2"])).toEqual([
    "订单号",
    "#2",
    "金额 （元）",
    "金额",
    "金额 (2)",
    "#2 (2)",
  ]);
});

test("the header is the first row as wide as the file that holds no number", () => {
  expect(
    headerRowOf([
      ["订单号", "金额"],
      ["1", "2.5"],
    ]),
  ).toBe(1);
  expect(headerRowOf([["美团订单明细"], ["导出时间：2026-07-01"], ["订单号", "金额", "手机"], ["1", "2.5", "138"]])).toBe(3);
  expect(
    headerRowOf([
      ["1", "2"],
      ["3", "4"],
    ]),
  ).toBe(1);
});

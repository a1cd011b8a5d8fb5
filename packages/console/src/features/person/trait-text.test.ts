import { describe, expect, test } from "vitest";
import { formatCount } from "../../ui/format/numbers.ts";
import { tableTime } from "../../ui/format/dates.ts";
import { traitText } from "./trait-text.ts";

const format = {
  language: "zh-CN",
  count: (value: number | null | undefined) => formatCount(value, "zh-CN"),
  tableTime: (at: string | number | null | undefined) => tableTime(at, "Asia/Shanghai"),
} as const;

describe("a trait as an operator reads it", () => {
  test.each([
    [12345, "12,345"],
    [true, "是"],
    ["gold", "gold"],
    ["2026-07-16T06:32:00Z", "2026-07-16 14:32"],
    ["1990-01-02T00:00:00.000Z", "1990-01-02"],
    [["a", 1], "a, 1"],
    [{ a: 1 }, '{"a":1}'],
    [null, "—"],
    ["", "—"],
  ])("%j", (value, text) => {
    expect(traitText(value, format)).toBe(text);
  });
});

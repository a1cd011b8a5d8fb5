import { describe, expect, test } from "vitest";
import { changeOf, formatCount, formatFigure, formatMoney, formatShare, moneyParts } from "./numbers.ts";

describe("key figures", () => {
  test.each([
    [3412, "3,412", "3,412"],
    [9999, "9,999", "9,999"],
    [584_120, "58.41 万", "584.1K"],
    [12_860, "1.29 万", "12.9K"],
    [128_600, "12.86 万", "128.6K"],
    [6_128_000, "612.8 万", "6.13M"],
    [36_000_000, "3,600 万", "36.0M"],
    [120_000_000, "1.20 亿", "120.0M"],
    [99_999_999, "1.00 亿", "100.0M"],
    [0, "0", "0"],
    [-584_120, "−58.41 万", "−584.1K"],
  ])("%d", (value, zh, en) => {
    expect(formatFigure(value, "zh-CN")).toBe(zh);
    expect(formatFigure(value, "en")).toBe(en);
  });

  test("say — for what nobody knows, never 0", () => {
    expect(formatFigure(undefined, "en")).toBe("—");
    expect(formatCount(null, "zh-CN")).toBe("—");
    expect(formatShare(undefined)).toBe("—");
  });
});

describe("money from minor units", () => {
  test("stands in full with its sign", () => {
    expect(formatMoney(3800, "CNY", "zh-CN")).toBe("¥38.00");
    expect(formatMoney(3800, "CNY", "en")).toBe("¥38.00");
    expect(formatMoney(3800, "GBP", "zh-CN")).toBe("£38.00");
    expect(formatMoney(3800, "JPY", "en")).toBe("¥3,800");
  });

  test("is cut to four digits as a key figure", () => {
    expect(moneyParts(64_812_345, "CNY", "zh-CN")).toEqual({ text: "¥64.81", unit: "万" });
    expect(moneyParts(-64_812_345, "CNY", "en")).toEqual({ text: "−¥648.1", unit: "K" });
  });
});

describe("change over time", () => {
  test("has a direction, a size and a signed form", () => {
    expect(changeOf(108.6, 100)).toEqual({ direction: "up", text: "8.6%", signed: "+8.6%" });
    expect(changeOf(97.7, 100)).toEqual({ direction: "down", text: "2.3%", signed: "−2.3%" });
    expect(changeOf(100, 100)?.direction).toBe("flat");
  });

  test("is not said without a base", () => {
    expect(changeOf(5, 0)).toBeUndefined();
  });
});

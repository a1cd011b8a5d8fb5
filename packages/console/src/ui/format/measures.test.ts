import { describe, expect, test } from "vitest";
import { formatTimes, liftText, measureOf, pointsChange } from "./measures.ts";

const zh = { language: "zh-CN", currency: "CNY" } as const;
const en = { language: "en", currency: "CNY" } as const;

describe("an axis", () => {
  test.each([
    ["people", 600_000, 150_000, "万人", "15", "K people", "150"],
    ["people", 900, 300, "人", "300", "people", "300"],
    ["times", 360_000_000, 120_000_000, "亿次", "1.2", "M times", "120"],
    ["count", 36_000, 9000, "万", "0.9", "K", "9"],
    ["money", 125_000_000, 25_000_000, "万元", "25", "¥M", "0.25"],
    ["money", 50_000, 10_000, "元", "100", "¥", "100"],
    ["share", 0.4, 0.25, "%", "25", "%", "25"],
    ["seconds", 90, 30, "秒", "30", "s", "30"],
    ["seconds", 600, 90, "分", "1.5", "min", "1.5"],
    ["seconds", 864_000, 86_400, "天", "1", "days", "1"],
    ["number", 3, 0.5, "", "0.5", "", "0.5"],
  ] as const)("of %s up to %d names one unit and writes %d plainly", (...[unit, largest, value, zhUnit, zhTick, enUnit, enTick]) => {
    const [chinese, english] = [measureOf(unit, zh).axis(largest), measureOf(unit, en).axis(largest)];
    expect([chinese.unit, chinese.tick(value)]).toEqual([zhUnit, zhTick]);
    expect([english.unit, english.tick(value)]).toEqual([enUnit, enTick]);
  });

  test("names a foreign currency", () => {
    expect(measureOf("money", { language: "zh-CN", currency: "GBP" }).axis(5_000_000).unit).toBe("万 GBP");
    expect(measureOf("money", { language: "zh-CN", currency: "JPY" }).axis(500).unit).toBe("JPY");
    expect(measureOf("money", { language: "en", currency: "GBP" }).axis(5_000_000).unit).toBe("£K");
  });
});

describe("a figure", () => {
  test.each([
    ["people", 584_120, "584,120", "58.41 万", "584.1K"],
    ["money", 64_812_345, "¥648,123.45", "¥64.81 万", "¥648.1K"],
    ["money", 3800, "¥38.00", "¥38.00", "¥38.00"],
    ["share", 0.20418, "20.42%", "20.4%", "20.4%"],
    ["seconds", 178, "2 分 58 秒", "2 分 58 秒", "2m 58s"],
    ["number", 0.123456789, "0.123457", "0.1235", "0.1235"],
    ["number", -12.5, "−12.5", "−12.5", "−12.5"],
  ] as const)("of %s: %d", (...[unit, value, exact, short, shortEn]) => {
    const measure = measureOf(unit, zh);
    expect([measure.exact(value), measure.short(value), measureOf(unit, en).short(value)]).toEqual([exact, short, shortEn]);
  });

  test("that nobody knows is —, never 0", () => {
    for (const unit of ["people", "money", "share", "seconds", "number"] as const) {
      expect([measureOf(unit, zh).exact(null), measureOf(unit, en).short(Number.NaN)]).toEqual(["—", "—"]);
    }
  });

  test("goes to files in its own unit", () => {
    expect([measureOf("money", zh).plain(3850), measureOf("share", zh).plain(0.2)]).toEqual([38.5, 0.2]);
  });
});

describe("a column", () => {
  test.each([
    ["number", [1.175, 1.3, 0.9955], ["1.175", "1.300", "0.996"]],
    ["number", [35, 36, null], ["35", "36", "—"]],
    ["number", [0.55, 0.6, -0.34], ["0.55", "0.60", "−0.34"]],
    ["number", [578_812.34, 81_100.5], ["578,812", "81,101"]],
    ["people", [11_823, 1728], ["11,823", "1,728"]],
    ["share", [0.3387, 63.176], ["33.9%", "6,317.6%"]],
    ["money", [281_303_908, 4207], ["¥2,813,039.08", "¥42.07"]],
  ] as const)("of %s: %j has one precision", (unit, values, written) => {
    expect(values.map(measureOf(unit, en).inColumn(values))).toEqual(written);
  });
});

test("a share changes by percentage points", () => {
  expect(pointsChange(0.204, 0.207)).toEqual({ direction: "down", text: "0.3 pp", signed: "−0.3 pp" });
  expect(pointsChange(0.2, 0.2001).direction).toBe("flat");
});

test("a lift has its sign and its interval", () => {
  expect([liftText(0.031, 0.011), liftText(-0.031, 0.011), liftText(0, 0.011)]).toEqual(["+3.1 pp ±1.1", "−3.1 pp ±1.1", "0.0 pp ±1.1"]);
});

test("an over-index is a number of times", () => {
  expect([formatTimes(1.8, "zh-CN"), formatTimes(12.34, "en"), formatTimes(null, "en")]).toEqual(["1.80 倍", "12.3×", "—"]);
});

import { describe, expect, test } from "vitest";
import { dayOfIso } from "@terrace/domain/time/zoned-time";
import { createFigure, minorDigits } from "./overview.ts";

describe("overview", () => {
  test("a figure adds up its period, fills gaps with 0 and keeps the period before apart", () => {
    const figure = createFigure(dayOfIso("2011-12-07") ?? 0, 3)("orders", [
      { day: "2011-12-05", value: 4 },
      { day: "2011-12-07", value: 1 },
      { day: "2011-12-09", value: 2 },
    ]);
    expect(figure).toEqual({
      id: "orders",
      value: 3,
      previous: 4,
      series: [
        { day: "2011-12-07", value: 1 },
        { day: "2011-12-08", value: 0 },
        { day: "2011-12-09", value: 2 },
      ],
    });
  });
  test("minor units follow the currency", () => {
    expect([minorDigits("GBP"), minorDigits("CNY"), minorDigits("JPY")]).toEqual([2, 2, 0]);
  });
});

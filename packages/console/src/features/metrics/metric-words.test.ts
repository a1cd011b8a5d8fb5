import { describe, expect, test } from "vitest";
import { changeOfMetric, chunksOf, likelyUnit } from "./metric-words.ts";

describe("the change of a metric", () => {
  test("shares change by points, all others by a part of what they were", () => {
    expect(changeOfMetric({ unit: "share" }, { total: 0.32, previous: { total: 0.41 } })).toEqual({
      direction: "down",
      text: "9.0 pp",
      signed: "−9.0 pp",
    });
    expect(changeOfMetric({ unit: "share" }, { total: 0.1, previous: { total: 0 } })?.text).toBe("10.0 pp");
    expect(changeOfMetric({ unit: "people" }, { total: 30, previous: { total: 20 } })?.signed).toBe("+50.0%");
    expect(changeOfMetric({ unit: "share" }, { total: null, previous: { total: 0.4 } })).toBeUndefined();
    expect(changeOfMetric({ unit: "share" }, undefined)).toBeUndefined();
  });
});

test("the unit that a quotient or formula most likely has", () => {
  const unitOf = (id: string) => (id === "net_revenue" ? "money" : id === "orders" ? "count" : "people");
  expect(likelyUnit({ kind: "ratio", of: "net_revenue", per: "orders" }, unitOf)).toBe("money");
  expect(likelyUnit({ kind: "ratio", of: "buyers", per: "active_people" }, unitOf)).toBe("share");
  expect(likelyUnit({ kind: "ratio", of: "orders", per: "buyers" }, unitOf)).toBe("number");
  expect(likelyUnit({ kind: "formula", formula: "A / B", metrics: ["net_revenue", "orders"] }, unitOf)).toBe("money");
});

test("metrics are asked for in pieces that one question takes, none left out", () => {
  expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunksOf([], 2)).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { changeOfMetric } from "./metric-words.ts";

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

import { describe, expect, test } from "vitest";
import { splitUnfinished } from "./trend-spec.ts";

describe("a day that is not over", () => {
  test("is never drawn solid", () => {
    expect(splitUnfinished(["2026-07-14", "2026-07-15", "2026-07-16"], [3, 5, 1], "2026-07-16")).toEqual({
      solid: [3, 5, null],
      pale: [null, 5, 1],
    });
  });

  test("is not looked for in a period that has passed", () => {
    expect(splitUnfinished(["2011-12-08", "2011-12-09"], [3, 5], "2026-07-16")).toEqual({ solid: [3, 5], pale: undefined });
  });
});

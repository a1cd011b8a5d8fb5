import { describe, expect, test } from "vitest";
import { eachOf } from "./each-of.ts";

describe("eachOf", () => {
  test("runs every item once and never more than allowed at a time", async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await eachOf([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      seen.push(item);
      running -= 1;
    });
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBeLessThanOrEqual(3);
  });

  test("takes no new items after a failure and says what failed", async () => {
    const seen: number[] = [];
    const run = eachOf([1, 2, 3, 4], 1, async (item) => {
      seen.push(item);
      if (item === 2) throw new Error("no");
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow("no");
    expect(seen).toEqual([1, 2]);
  });
});

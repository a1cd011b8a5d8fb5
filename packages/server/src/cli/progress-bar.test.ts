import { describe, expect, test } from "vitest";
import { createProgressBar, progressText, secondsLeft, timeLeftText } from "./progress-bar.ts";

describe("the progress of an import", () => {
  test("says how long it still takes at the rate so far", () => {
    expect(progressText({ done: 25_000, total: 100_000, before: 0, elapsedMs: 5_000 })).toBe(
      `[${"█".repeat(6)}${"░".repeat(18)}]  25%  25,000 rows  5,000 rows/s  15 s left`,
    );
  });

  test("counts only rows of this run when an earlier one was broken off", () => {
    expect(secondsLeft({ done: 60_000, total: 100_000, before: 50_000, elapsedMs: 10_000 })).toBe(40);
    expect(progressText({ done: 60_000, total: 100_000, before: 50_000, elapsedMs: 10_000 })).toContain("1,000 rows/s  40 s left");
  });

  test("promises nothing while the rate or the total is unknown, and nothing at the end", () => {
    expect(secondsLeft({ done: 2_000, total: 100_000, before: 0, elapsedMs: 300 })).toBeUndefined();
    expect(secondsLeft({ done: 2_000, total: 0, before: 0, elapsedMs: 5_000 })).toBeUndefined();
    expect(secondsLeft({ done: 2_000, total: 100_000, before: 2_000, elapsedMs: 5_000 })).toBeUndefined();
    expect(progressText({ done: 100, total: 100, before: 0, elapsedMs: 5_000 })).not.toContain("left");
  });

  test.each([
    [0.2, "1 s"],
    [8.1, "9 s"],
    [59, "59 s"],
    [60, "1 min"],
    [121, "2 min 10 s"],
    [595, "10 min"],
    [601, "11 min"],
    [3_600, "1 h"],
    [3_900, "1 h 5 min"],
    [86_399, "24 h"],
  ])("%d seconds are %s", (seconds, words) => {
    expect(timeLeftText(seconds)).toBe(words);
  });

  test("without a terminal a line comes every two seconds, and the last one without a time left", () => {
    let now = 10_000;
    let said = "";
    const bar = createProgressBar(
      {
        write: (text: string) => {
          said += text;
        },
      },
      "Importing",
      () => now,
    );
    bar.resume(1_000);
    now += 2_000;
    bar.update(3_000, 10_000);
    bar.update(3_500, 10_000);
    now += 5_000;
    bar.finish(10_000);
    expect(
      said
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/\[.*\]/u, "")),
    ).toEqual(["Importing    30%  3,000 rows  1,000 rows/s  7 s left", "Importing   100%  10,000 rows  1,286 rows/s"]);
  });
});

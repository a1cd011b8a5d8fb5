import { expect, test } from "vitest";
import { modelTimeOf, wallTimeOf } from "./clocks.ts";

const HOUR = 3_600_000;

test("at its own speed a business lives by the world's clock, however long nobody played it", () => {
  const clock = { anchorWallMs: 1_000 * HOUR, anchorModelMs: 1_000 * HOUR, speed: 1 };
  expect(wallTimeOf(clock, 1_007 * HOUR)).toBe(1_007 * HOUR);
  expect(modelTimeOf(clock, 1_007 * HOUR)).toBe(1_007 * HOUR);
  expect(wallTimeOf(clock, 990 * HOUR)).toBe(990 * HOUR);
});

test("sped up, an hour of it passes in a minute from the anchor on, and what lies before keeps its time", () => {
  const clock = { anchorWallMs: 2_000 * HOUR, anchorModelMs: 1_000 * HOUR, speed: 60 };
  expect(modelTimeOf(clock, 2_001 * HOUR)).toBe(1_060 * HOUR);
  expect(wallTimeOf(clock, 1_060 * HOUR)).toBe(2_001 * HOUR);
  expect(wallTimeOf(clock, 999 * HOUR)).toBe(1_999 * HOUR);
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundle } from "../build.mjs";

const SIZE_MAX = 5_000;

test.each([
  ["the script for pages", "src/browser/script.ts", "iife"],
  ["the module for bundlers", "src/browser/browser.ts", "es"],
  ["the client of flags", "src/flags/flags.ts", "es"],
  ["the client of flags for mini-programs", "src/mini-program/flags.ts", "cjs"],
] as const)("%s is at most 5 kB, minified and gzipped", async (_, entry, format) => {
  expect(gzipSync(await bundle(entry, format), { level: 9 }).length).toBeLessThanOrEqual(SIZE_MAX);
});

test("the package needs nothing else", () => {
  const { dependencies } = JSON.parse(readFileSync(fileURLToPath(new URL("../package.json", import.meta.url)), "utf8")) as {
    dependencies?: unknown;
  };
  expect(dependencies).toBeUndefined();
});

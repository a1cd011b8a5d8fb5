import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/longest-first.ts";

const NOT_TESTS = ["**/node_modules/**", "**/dist*/**", "**/.cache/**"];

/** Which random worlds tests draw. */
const setupFiles = ["tests/random-worlds.ts"];

/** Files that start engines, servers or browsers: each in its own process, few at a time, with time to start. */
const heavy = {
  setupFiles,
  pool: "forks" as const,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
  exclude: NOT_TESTS,
};

/** Beside what it tests, and of the crash tier. */
const KILLED_ENGINES = "packages/server/src/platform/engines/killed-engines.itest.ts";

/** Whole journeys that take half a minute each: they have a tier of their own, so that the fast one stays fast. */
const LONG = [
  "packages/domain/src/experiments/simulated-bandit-long.itest.ts",
  "packages/domain/src/statistics/simulated-effects-long.itest.ts",
  "packages/server/src/platform/engines/engines.itest.ts",
  "packages/server/src/modules/backup/backup.itest.ts",
  "packages/server/src/modules/exports/exports.itest.ts",
  "packages/server/src/modules/imports/bundled-sample.itest.ts",
  "packages/server/src/modules/simulations/simulations.itest.ts",
  "tests/http/erasure.itest.ts",
  "tests/http/process.itest.ts",
  "tests/start/start.itest.ts",
  "tests/browser/erasure.itest.ts",
  "tests/browser/home-period.itest.ts",
  "tests/browser/import-file.itest.ts",
  "tests/browser/insight-shown.itest.ts",
  "tests/browser/insight.itest.ts",
  "tests/browser/lifecycle.itest.ts",
  "tests/browser/pages-zh.itest.ts",
  "tests/browser/segments.itest.ts",
  "tests/browser/sensors-web.itest.ts",
  "tests/browser/shop.itest.ts",
];

/** Every file starts from engines that were made once for the whole run. */
const ENGINES_MADE = "tests/engine-template.ts";

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // One project per kind of machinery; scripts/test.mjs runs those of a tier one after the other.
    projects: [
      {
        test: {
          name: "unit",
          setupFiles,
          pool: "threads",
          // They share their modules: loading them anew for each of the many files takes longer than the tests.
          isolate: false,
          include: ["packages/*/src/**/*.test.{ts,tsx}", "tests/style/**/*.test.ts"],
          exclude: NOT_TESTS,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...heavy,
          globalSetup: [ENGINES_MADE],
          name: "integration",
          include: ["packages/*/src/**/*.itest.ts", "tests/{sdk,http,start}/**/*.itest.ts"],
          exclude: [...NOT_TESTS, KILLED_ENGINES, ...LONG],
        },
      },
      {
        test: {
          ...heavy,
          name: "browser",
          globalSetup: [ENGINES_MADE, "tests/unpacked-browser.ts"],
          include: ["tests/browser/**/*.itest.ts"],
          exclude: [...NOT_TESTS, ...LONG],
        },
      },
      { test: { ...heavy, name: "long", globalSetup: [ENGINES_MADE, "tests/unpacked-browser.ts"], include: LONG, testTimeout: 180_000 } },
      { test: { ...heavy, name: "crash", include: ["tests/crash/**/*.itest.ts", KILLED_ENGINES], testTimeout: 900_000 } },
      // The suites of the feed, of collecting, of people and of analyses again, on servers: the oldest PostgreSQL and a sharded ClickHouse.
      {
        test: {
          ...heavy,
          name: "cluster",
          globalSetup: ["tests/cluster/servers.ts"],
          include: [
            "tests/cluster/**/*.itest.ts",
            "packages/server/src/platform/feed/*.itest.ts",
            "packages/server/src/modules/{warehouse,collect,people,insight}/**/*.itest.ts",
          ],
          // The same analyses on more random worlds than the fast tier looks at.
          env: { TERRACE_RUNS: process.env["TERRACE_RUNS"] ?? "2" },
          testTimeout: 120_000,
        },
      },
    ],
  },
});

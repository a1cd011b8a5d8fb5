import { defineConfig } from "vitest/config";

const NOT_TESTS = ["**/node_modules/**", "**/dist*/**", "**/.cache/**"];

/** Files that start engines, servers or browsers: each in its own process, few at a time, with time to start. */
const heavy = { pool: "forks" as const, testTimeout: 60_000, hookTimeout: 120_000, teardownTimeout: 30_000, exclude: NOT_TESTS };

/** Long ones beside what they test that belong to the later tier. */
const KILLED_ENGINES = "packages/server/src/platform/engines/killed-engines.itest.ts";

/** Every file starts from engines that were made once for the whole run. */
const ENGINES_MADE = "tests/engine-template.ts";

export default defineConfig({
  test: {
    // One project per kind of machinery; scripts/test.mjs runs them one after the other.
    projects: [
      {
        test: {
          name: "unit",
          pool: "threads",
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
          exclude: [...NOT_TESTS, KILLED_ENGINES],
        },
      },
      {
        test: {
          ...heavy,
          name: "browser",
          globalSetup: [ENGINES_MADE, "tests/unpacked-browser.ts"],
          include: ["tests/browser/**/*.itest.ts"],
        },
      },
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
          testTimeout: 120_000,
        },
      },
    ],
  },
});

#!/usr/bin/env node
// `npm test` (fast tier), `npm run test:long`, `npm run test:crash`, `npm run test:cluster`. Further arguments go to vitest and leave the checks out:
// `npm test -- identity`, which looks among the long ones too.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { ROOT, buildConsole, buildSdk, cacheFolder, ensureDependencies, packageFolder, pinnedNode } from "./bootstrap.mjs";
import { requireSupportedPlatform } from "./platform-check.mjs";

/** Per tier: the vitest projects in order, each with the number of files it runs at once. Files that start engines wait a third of their time. */
const TIERS = {
  fast: [
    ["unit", 2],
    ["integration", 3],
    ["browser", 3],
  ],
  long: [["long", 3]],
  crash: [["crash", 2]],
  cluster: [["cluster", 2]],
};

/** Checks of the text itself: they read only, so they run beside the tests, behind them where cores are short. */
const CHECKS = [
  { name: "types", script: "typescript7/bin/tsc", args: ["--noEmit", "-p", "tsconfig.json"] },
  { name: "lint", script: "oxlint/bin/oxlint", args: ["-c", ".oxlintrc.json", "--type-aware", "--deny-warnings", "--format", "unix", "."] },
  { name: "format", script: "prettier/bin/prettier.cjs", args: ["--check", "--log-level", "warn", "."] },
  { name: "boundaries", script: "dependency-cruiser/bin/dependency-cruise.mjs", args: ["--config", ".dependency-cruiser.cjs", "packages"] },
];

/** Behind every thread of a tested Terrace, which may itself be niced (imports: 8): what is left of the cores is enough for the checks. */
const NICENESS = 15;

requireSupportedPlatform();
const [first, ...rest] = process.argv.slice(2);
const tier = first !== undefined && Object.hasOwn(TIERS, first) ? first : "fast";
const filters = tier === "fast" && first !== undefined && first !== "fast" ? [first, ...rest] : rest;
const projects = tier === "fast" && filters.length > 0 ? [...TIERS.fast, ...TIERS.long] : TIERS[tier];

ensureDependencies();
const node = pinnedNode();
// Tests and the tools they start find the pinned Node as `node`.
const env = { ...process.env, PATH: `${join(node, "..")}:${process.env.PATH ?? ""}`, ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }) };

const totals = { passed: 0, failed: 0, skipped: 0 };
const timings = [];
const complaints = [];
const checked = tier === "fast" && filters.length === 0 ? runChecks() : undefined;
// A second's work, and several suites load what the server hands out.
if (!buildSdk(node)) count({ passed: 0, failed: 1, skipped: 0 });
if (tier === "long" || (tier === "fast" && (filters.length === 0 || filters.some((filter) => filter.includes("browser"))))) checkConsole();
for (const [project, workers] of projects) await runProject(project, workers);
await checked;
report();

/** One check after the other; what fails is said at once, and again at the end. */
async function runChecks() {
  for (const { name, script, args } of CHECKS) {
    const began = Date.now();
    const [owner, ...path] = script.split("/");
    const { code, output } = await run([join(packageFolder(owner), ...path), ...args], "pipe");
    const ms = Date.now() - began;
    console.log(`${code === 0 ? "✓" : "✗"} ${name} (${(ms / 1000).toFixed(1)} s)`);
    if (code !== 0) {
      console.log(output.trimEnd());
      complaints.push(`✗ ${name}\n${output.trimEnd()}`);
    }
    count({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
    timings.push([name, ms]);
  }
}

/** Browser tests look at the built console. */
function checkConsole() {
  const began = Date.now();
  const good = buildConsole(node);
  console.log(`${good ? "✓" : "✗"} console build (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  count({ passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 });
}

async function runProject(project, workers) {
  const began = Date.now();
  const file = join(cacheFolder("test"), `${project}-${process.pid}.json`);
  const vitest = join(packageFolder("vitest"), "vitest.mjs");
  const args = [
    vitest,
    "run",
    "--project",
    project,
    `--maxWorkers=${workers}`,
    "--passWithNoTests",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    ...filters,
  ];
  const { code } = await run(args, "inherit");
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  rmSync(file, { force: true });
  const failed = result.numFailedTests ?? 0;
  // A file that cannot even be loaded fails no test; the run has failed all the same.
  count({
    passed: result.numPassedTests ?? 0,
    failed: code === 0 ? failed : Math.max(failed, 1),
    skipped: (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0),
  });
  timings.push([project, Date.now() - began]);
}

/** Runs a script on the pinned Node; with "pipe" its output is handed back, else it goes straight to the terminal. */
function run(args, output) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: ROOT, env, stdio: ["ignore", output, output] });
    if (output === "pipe") giveWay(child.pid);
    const chunks = [];
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    const stop = (signal) => child.kill(signal);
    process.once("SIGINT", stop).once("SIGTERM", stop);
    child.on("close", (code) => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
}

/** Tests have time limits, checks have none. */
function giveWay(pid) {
  try {
    setPriority(pid, NICENESS);
  } catch {
    // It is over already, or the system does not let us: both are as good.
  }
}

function count({ passed, failed, skipped }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
}

function report() {
  for (const complaint of complaints) console.log(`\n${complaint}`);
  console.log(`\n${tier}: ${timings.map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)} s`).join(" · ")}`);
  if (totals.passed + totals.failed === 0) {
    console.log("no test ran");
    process.exitCode = 1;
  }
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  if (totals.failed > 0) process.exitCode = 1;
}

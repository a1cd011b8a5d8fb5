// Gets a checkout ready to run with nothing but Node >= 20 and npm: dependencies, the pinned Node, the built console.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { applyPatches } from "./patches.mjs";
import { stopWith } from "./platform-check.mjs";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MODULES = join(ROOT, "node_modules");
const LOCK = join(ROOT, "package-lock.json");
const INSTALL_STAMP = join(MODULES, ".terrace-installed");
const CONSOLE = join(ROOT, "packages/console");
const SDK = join(ROOT, "packages/sdk");
const NODE_MAJOR = 24;

/** Makes node_modules match package-lock.json, running npm only when it does not, and mends what has to be mended there. */
export function ensureDependencies() {
  ensureInstalled();
  applyPatches(MODULES);
}

function ensureInstalled() {
  const wanted = hashOf([LOCK]);
  if (readText(INSTALL_STAMP) === wanted) return;
  if (!installedMatchesLock()) {
    say("installing dependencies (first start: about a minute)");
    const began = Date.now();
    const npm = process.env.npm_execpath;
    const [command, ...before] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
    // `install --no-save` takes every version from the lock and leaves the lock alone. `ci` would refuse a lock in which a mirror lacked
    // another platform's optional package. Install scripts are off: newer npm does not run them, so nothing here may depend on them.
    const args = [
      ...before,
      "install",
      "--no-save",
      "--include=dev",
      "--include=optional",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ];
    const done = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    if (done.status !== 0) {
      stopWith(
        "install.failed",
        "npm could not install the dependencies (see above). Check the network and the npm registry setting, then run the command again.",
        "npm 安装依赖失败（见上）。请检查网络和 npm 源设置，然后重新运行。",
      );
    }
    say(`dependencies installed in ${seconds(began)}`);
  }
  writeFileSync(INSTALL_STAMP, wanted);
}

/** Compares npm's own record of what it installed with the lock, so that a checkout installed by hand is not installed again. */
function installedMatchesLock() {
  const hidden = readText(join(MODULES, ".package-lock.json"));
  if (hidden === "") return false;
  const installed = JSON.parse(hidden).packages ?? {};
  const wanted = JSON.parse(readFileSync(LOCK, "utf8")).packages ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link || !path.startsWith("node_modules/")) return true;
    const found = installed[path];
    return found === undefined
      ? entry.optional === true || entry.devOptional === true
      : found.version === entry.version && existsSync(join(ROOT, path));
  });
}

/** Path of the Node that runs Terrace: the one the repo pins as a package, else this one when it is new enough. */
export function pinnedNode() {
  if (process.platform === "linux") {
    const packaged = join(MODULES, `node-linux-${process.arch}`, "bin", "node");
    if (existsSync(packaged)) return packaged;
  }
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  return stopWith(
    "node.missing",
    `Node ${NODE_MAJOR} is needed and no packaged one fits ${process.platform}-${process.arch}; this is Node ${process.versions.node}. Install Node ${NODE_MAJOR}, or run "npm install --include=optional".`,
    `需要 Node ${NODE_MAJOR}，但没有适合 ${process.platform}-${process.arch} 的内置版本；当前是 Node ${process.versions.node}。请安装 Node ${NODE_MAJOR}，或运行 "npm install --include=optional"。`,
  );
}

/** Builds the console and the browser client when their sources changed since the last build; stops when that fails. */
export function ensureConsole(node) {
  if (!buildSdk(node)) stopWith("sdk.build_failed", "the browser client could not be built (see above).", "浏览器 SDK 构建失败（见上）。");
  if (!buildConsole(node)) stopWith("console.build_failed", "the console could not be built (see above).", "控制台构建失败（见上）。");
}

/** Builds the console when it is stale and says whether it is good now. The old build stays in place until the new one is complete. */
export function buildConsole(node) {
  const sources = [CONSOLE, join(ROOT, "packages/contract"), join(ROOT, "packages/domain")].flatMap(sourceFiles);
  const wanted = hashOf([...sources, LOCK]);
  const dist = join(CONSOLE, "dist");
  if (readText(join(dist, ".stamp")) === wanted) return true;
  say("building the console");
  const began = Date.now();
  const next = join(CONSOLE, `dist.next-${process.pid}`);
  const vite = join(packageFolder("vite"), "bin/vite.js");
  const done = spawnSync(node, [vite, "build", "--outDir", next, "--emptyOutDir", "--logLevel", "warn"], {
    cwd: CONSOLE,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (done.status !== 0) {
    rmSync(next, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(next, ".stamp"), wanted);
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
  say(`console built in ${seconds(began)}`);
  return true;
}

/** Builds the browser client, which the server hands out, when it is stale; says whether it is good now. */
export function buildSdk(node) {
  const wanted = hashOf([...[SDK, join(ROOT, "packages/domain")].flatMap(sourceFiles), LOCK]);
  const stamp = join(SDK, "dist/.stamp");
  if (readText(stamp) === wanted) return true;
  say("building the browser client");
  const done = spawnSync(node, [join(SDK, "build.mjs")], { cwd: SDK, stdio: ["ignore", "inherit", "inherit"], env: process.env });
  if (done.status === 0) writeFileSync(stamp, wanted);
  return done.status === 0;
}

/**
 * Runs the server in place of this process: same input and output, its exit code, its signals.
 * Where this Node can hand its process over, nothing is left in between; else a thin parent passes signals on.
 */
export function runServer(node, args) {
  const command = [join(ROOT, "packages/server/src/main.ts"), ...args];
  if (typeof process.execve === "function") {
    // Handing over is marked experimental in Node 24; whoever starts Terrace need not hear about it.
    process.removeAllListeners("warning");
    process.execve(node, [node, ...command], process.env);
  }
  const child = spawn(node, command, { stdio: "inherit" });
  // A terminal sends Ctrl-C to the whole group and npm repeats it: the server takes repeats as one.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => stopWith("start.failed", `Node could not be started: ${error.message}`, `无法启动 Node：${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // Die by the same signal, so that whoever waits sees what happened; own handlers must go first.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Folder of an installed package, wherever npm put it. */
export function packageFolder(name) {
  const hoisted = join(MODULES, name);
  if (existsSync(hoisted)) return hoisted;
  return join(createRequire(join(CONSOLE, "package.json")).resolve(`${name}/package.json`), "..");
}

/** Everything of a package that goes into the console's build; tests and built output do not. */
function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !/\/(node_modules|dist[^/]*)\/|\.(test|itest)\.tsx?$/.test(path))
    .toSorted();
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path.slice(ROOT.length)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Progress goes to stderr: stdout belongs to what was asked for. */
export function say(text) {
  process.stderr.write(`terrace: ${text}\n`);
}

function seconds(beganMs) {
  return `${((Date.now() - beganMs) / 1000).toFixed(1)} s`;
}

/** A folder for reports and temporary results of this checkout, not in version control. */
export function cacheFolder(name) {
  const folder = join(ROOT, ".cache", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

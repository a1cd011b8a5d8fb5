import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { access, appendFile, chmod, chown, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import type { DataDirectory } from "./data-directory.ts";
import type { EngineLog } from "./engine-log.ts";
import { preparePostgresBinaries } from "./postgres-binaries.ts";
import { readPostgresLogLine, renderPostgresSettings } from "./postgres-settings.ts";
import { stopLeftoverPostgres } from "./postgres-leftover.ts";
import { StartFault, systemErrorCode } from "./start-fault.ts";
import type { EngineChild, EngineExit } from "./supervisor.ts";
import { temporaryFolderFor } from "./temporary-folder.ts";
import { canReach, chooseAccount, handOver, type Account } from "./unprivileged-account.ts";

/** How to reach the embedded server: options of the `postgres` client (a unix socket, no password). */
export type PostgresAddress = Readonly<{ host: string; port: number; database: string; username: string }>;

/** A prepared cluster: everything that is decided once, before the first start. */
export type EmbeddedPostgres = Readonly<{
  address: PostgresAddress;
  start: (signal: AbortSignal) => Promise<EngineChild>;
  /** Removes what lies outside the data directory. */
  dispose: () => Promise<void>;
}>;

type Cluster = Readonly<{
  binaries: string;
  path: string;
  account: Account | undefined;
  /** An open folder to hand to the server when the account cannot walk to `path` by name. */
  needsHandle: boolean;
  socketPath: string;
  log: EngineLog;
}>;

const NAME = "terrace";
const PORT = 5432;
const READY_WITHIN_MS = 60_000;
const FAST_STOP_MS = 5_000;
const IMMEDIATE_STOP_MS = 1_500;
/** The descriptor under which the server inherits its data folder, see `needsHandle`. */
const HANDLE = 3;

/**
 * Prepares PostgreSQL in a data directory: binaries, account, cluster (made on first use), settings. Ends a server that a killed Terrace left behind.
 * The returned `start` runs the server; the address stays the same over restarts.
 * Throws StartFault platform.unsupported or data.no_permission.
 */
export async function prepareEmbeddedPostgres(data: DataDirectory, log: EngineLog): Promise<EmbeddedPostgres> {
  const path = join(data.statePath, "postgres");
  const account = chooseAccount(path);
  const binaries = await preparePostgresBinaries(data.runPath, account);
  if (account !== undefined) await chown(data.statePath, account.uid, account.gid);
  const socketPath = await openSocketFolder(data, account);
  const needsHandle = account !== undefined && !canReach(data.statePath, account);
  const cluster: Cluster = { binaries, path, account, needsHandle, socketPath, log };
  await stopLeftoverPostgres(path);
  await ensureCluster(cluster);
  return {
    address: { host: socketPath, port: PORT, database: NAME, username: NAME },
    start: (signal) => startServer(cluster, signal),
    dispose: async () => {
      if (!socketPath.startsWith(data.socketPath)) await rm(dirname(socketPath), { recursive: true, force: true });
    },
  };
}

async function openSocketFolder(data: DataDirectory, account: Account | undefined): Promise<string> {
  const near = join(data.socketPath, "pg");
  await mkdir(near, { recursive: true, mode: 0o700 });
  await giveSocketFolder(near, account);
  if (account === undefined || canReach(near, account)) return near;
  const far = join(await temporaryFolderFor(data.path, "pg"), "pg");
  await mkdir(far, { recursive: true, mode: 0o700 });
  await giveSocketFolder(far, account);
  return far;
}

async function giveSocketFolder(path: string, account: Account | undefined): Promise<void> {
  await chmod(path, 0o700);
  if (account !== undefined) await chown(path, account.uid, account.gid);
}

/** The mark is written last, so a cluster whose making was interrupted is made again; nothing can have been stored in it. */
async function ensureCluster(cluster: Cluster): Promise<void> {
  const mark = join(cluster.path, "terrace.complete");
  if (!(await exists(mark))) {
    await rm(cluster.path, { recursive: true, force: true });
    await makeCluster(cluster);
    await writeFile(mark, "", { flush: true });
  }
  await writeFile(join(cluster.path, "terrace.conf"), renderPostgresSettings({ socketPath: cluster.socketPath }));
  if (cluster.account !== undefined) await handOver(cluster.path, cluster.account);
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    (error: unknown) => {
      if (systemErrorCode(error) === "ENOENT") return false;
      throw error;
    },
  );
}

async function makeCluster(cluster: Cluster): Promise<void> {
  await mkdir(cluster.path, { mode: 0o700 });
  if (cluster.account !== undefined) await chown(cluster.path, cluster.account.uid, cluster.account.gid);
  const child = run(cluster, "initdb", (folder) => [
    "-D",
    folder,
    "-U",
    NAME,
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
  ]);
  const output = collectOutput(child);
  const exit = await exitOf(child);
  if (exit.code !== 0) {
    await rm(cluster.path, { recursive: true, force: true });
    throw cannotStart(`initdb ended with ${exit.signal ?? exit.code}: ${(await output).trim()}`);
  }
  await appendFile(join(cluster.path, "postgresql.conf"), "\ninclude_if_exists = 'terrace.conf'\n", { flush: true });
}

/** Runs a program of PostgreSQL as the cluster's account, in the cluster's folder. */
function run(cluster: Cluster, program: string, renderArguments: (folder: string) => readonly string[]): ChildProcess {
  const handle = cluster.needsHandle ? openSync(cluster.path, constants.O_RDONLY | constants.O_DIRECTORY) : undefined;
  try {
    const folder = handle === undefined ? cluster.path : `/proc/self/fd/${HANDLE}`;
    return spawn(join(cluster.binaries, "bin", program), renderArguments(folder), {
      ...cluster.account,
      cwd: cluster.path,
      env: { LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "pipe", ...(handle === undefined ? [] : [handle])],
      // Away from the terminal's process group: Ctrl-C is for Terrace, which then ends the server in order.
      detached: true,
    });
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

async function collectOutput(child: ChildProcess): Promise<string> {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  await exitOf(child);
  return chunks.join("").slice(-2_000);
}

async function exitOf(child: ChildProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: 127, signal: null }));
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

function cannotStart(reason: string): StartFault {
  return new StartFault(
    "engine.unavailable",
    { en: `PostgreSQL did not start: ${reason}`, zh: `PostgreSQL 启动失败：${reason}` },
    { mend: { en: "See the log above for the cause.", zh: "请查看上方日志了解原因。" } },
  );
}

async function startServer(cluster: Cluster, signal: AbortSignal): Promise<EngineChild> {
  await stopLeftoverPostgres(cluster.path);
  const child = run(cluster, "postgres", (folder) => ["-D", folder]);
  const exited = exitOf(child);
  const problems = forwardLog(child, cluster.log);
  const stop = async (): Promise<void> => stopServer(child, exited);
  const ready = waitUntilReady(cluster, signal);
  const first = await Promise.race([ready, exited]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (first !== "ready" || child.pid === undefined) throw cannotStart(problems.join("; ") || "its process ended");
  return { pid: child.pid, exited, stop };
}

/** Passes on what the application cannot know from its own statements; returns the last few complaints for a failed start. */
function forwardLog(child: ChildProcess, log: EngineLog): readonly string[] {
  const problems: string[] = [];
  child.stdout?.resume();
  if (child.stderr === null) return problems;
  createInterface({ input: child.stderr }).on("line", (line) => {
    const entry = readPostgresLogLine(line);
    if (entry === undefined) return;
    if (entry.level !== "info") problems.splice(0, Math.max(0, problems.length - 4), entry.text);
    log[entry.level]({ engine: "postgres" }, entry.text);
  });
  return problems;
}

async function waitUntilReady(cluster: Cluster, signal: AbortSignal): Promise<"ready"> {
  const untilMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    signal.throwIfAborted();
    const problem = await connectOnce(cluster);
    if (problem === undefined) return "ready";
    if (performance.now() > untilMs) throw cannotStart(`it does not accept connections: ${problem}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Tries to reach the application's database, making it when the server is up and lacks it. */
async function connectOnce(cluster: Cluster): Promise<string | undefined> {
  const problem = await execute(cluster, NAME, "select 1");
  if (problem !== "3D000") return problem;
  return execute(cluster, "postgres", `create database ${NAME}`);
}

/** Runs one statement on a connection of its own and returns the code of its failure, if any. */
async function execute(cluster: Cluster, database: string, statement: "select 1" | "create database terrace"): Promise<string | undefined> {
  const client = postgres({
    host: cluster.socketPath,
    port: PORT,
    username: NAME,
    database,
    max: 1,
    connect_timeout: 5,
    onnotice: () => undefined,
  });
  try {
    await client.unsafe(statement);
    return undefined;
  } catch (error) {
    return systemErrorCode(error) ?? String(error);
  } finally {
    await client.end({ timeout: 1 }).catch(() => undefined);
  }
}

/** Fast shutdown writes a checkpoint; when that takes too long the server is ended at once and recovers from its log at the next start. */
async function stopServer(child: ChildProcess, exited: Promise<EngineExit>): Promise<void> {
  for (const [name, waitMs] of [
    ["SIGINT", FAST_STOP_MS],
    ["SIGQUIT", IMMEDIATE_STOP_MS],
    ["SIGKILL", IMMEDIATE_STOP_MS],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    child.kill(name);
    if (await settlesWithin(exited, waitMs)) break;
  }
}

async function settlesWithin(promise: Promise<unknown>, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), waitMs);
  });
  return Promise.race([promise.then(() => true), timeout]).finally(() => clearTimeout(timer));
}

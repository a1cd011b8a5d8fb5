import { fork, type ChildProcess } from "node:child_process";
import { mkdir, realpath, writeFile } from "node:fs/promises";
import { availableParallelism, setPriority, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isReadyMessage, renderChildOptions, type ChildMessage, type ChildOptions } from "./clickhouse-child-options.ts";
import { renderClickHouseConfig, statementDefaults } from "./clickhouse-settings.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { EngineLog } from "./engine-log.ts";
import { watchOver } from "./engine-watchdog.ts";
import { processesIn, signal as sendSignal, waitForExit } from "./process-table.ts";
import { StartFault } from "./start-fault.ts";
import type { EngineChild, EngineExit } from "./supervisor.ts";

/** How to reach the embedded server: ClickHouse's HTTP interface on a unix socket that only this account may open. */
export type ClickHouseAddress = Readonly<{ url: string; socketPath: string; database: string }>;

export type EmbeddedClickHouse = Readonly<{ address: ClickHouseAddress; start: (signal: AbortSignal) => Promise<EngineChild> }>;

export type EmbeddedClickHouseOptions = Readonly<{
  data: DataDirectory;
  log: EngineLog;
  /** The engine's memory limit; default 40 % of the machine's memory, at most 2 GB. */
  memoryBytes?: number | undefined;
}>;

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 4_500;
const LEFTOVER_STOP_MS = 2_000;
const LEFTOVER_KILL_MS = 3_000;
const BODY_BYTES_MAX = 256 * 1024 * 1024;
const DEFAULT_MEMORY_BYTES_MAX = 2 * 1024 ** 3;
const MEMORY_SHARE_MAX = 0.4;
/** Merges and large analyses give way to the main process, which acknowledges events. */
const NICENESS = 5;
const INSERTS_AT_ONCE = 4;
const WAITING_MAX = 256;

/**
 * Prepares ClickHouse (chDB) in a data directory. The returned `start` runs the child process that holds the store; the socket stays the
 * same over restarts, so clients only retry. Throws StartFault data.unusable_path.
 */
export async function prepareEmbeddedClickHouse(options: EmbeddedClickHouseOptions): Promise<EmbeddedClickHouse> {
  const { data, log } = options;
  requirePlainPath(data.path);
  const child = await layOut(data, chooseMemory(options.memoryBytes));
  return {
    address: { url: "http://localhost", socketPath: child.socketPath, database: "default" },
    start: (signal) => startChild({ child, log, signal }),
  };
}

/** The engine expands wildcards wherever it meets a path, its own store's included. */
function requirePlainPath(path: string): void {
  if (!/[*?{}[\]]/.test(path)) return;
  throw new StartFault(
    "data.unusable_path",
    { en: `The path ${path} contains one of * ? { } [ ].`, zh: `路径 ${path} 含有 * ? { } [ ] 中的字符。` },
    { mend: { en: "Choose another folder with --data.", zh: "请用 --data 指定其他目录。" } },
  );
}

function chooseMemory(asked: number | undefined): number {
  const most = Math.floor(totalmem() * MEMORY_SHARE_MAX);
  return Math.min(asked ?? DEFAULT_MEMORY_BYTES_MAX, most);
}

async function layOut(data: DataDirectory, memoryBytes: number): Promise<ChildOptions> {
  const cores = availableParallelism();
  const configPath = join(data.runPath, "clickhouse.xml");
  const spoolPath = join(data.tmpPath, "inserts");
  await mkdir(spoolPath, { recursive: true, mode: 0o700 });
  await writeFile(configPath, renderClickHouseConfig({ memoryBytes, cores }));
  return {
    eventsPath: data.eventsPath,
    socketPath: join(data.socketPath, "clickhouse.sock"),
    configPath,
    spoolPath,
    bodyBytesMax: BODY_BYTES_MAX,
    lanes: {
      read: { running: Math.max(4, cores * 2), waiting: WAITING_MAX },
      write: { running: INSERTS_AT_ONCE, waiting: WAITING_MAX },
    },
    defaults: statementDefaults({ memoryBytes }),
  };
}

type Start = Readonly<{ child: ChildOptions; log: EngineLog; signal: AbortSignal }>;

async function startChild({ child: options, log, signal }: Start): Promise<EngineChild> {
  await stopLeftoverClickHouse(options.eventsPath);
  const child = fork(fileURLToPath(new URL("clickhouse-child.ts", import.meta.url)), [renderChildOptions(options)], {
    cwd: options.eventsPath,
    // Reads and inserts each hold a thread of the pool, and files and compression need some too.
    env: { UV_THREADPOOL_SIZE: String(options.lanes.read.running + options.lanes.write.running + 6), TZ: "UTC", LC_ALL: "C" },
    execArgv: ["--no-warnings", "--max-old-space-size=512"],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  giveWay(child);
  const exited = exitOf(child);
  const complaints = forwardErrors(child, log);
  const stop = (): Promise<void> => stopChild(child, exited);
  const ready = await Promise.race([waitUntilReady(child, signal), exited]).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (!isReadyMessage(ready) || child.pid === undefined) throw cannotStart(complaints.join(" ") || "its process ended");
  if (ready.repairedTokens > 0)
    log.warn({ engine: "clickhouse", tokens: ready.repairedTokens }, "insert tokens without rows were taken back");
  watchOver(child, options.socketPath, log);
  return { pid: child.pid, exited, stop };
}

function giveWay(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, NICENESS);
  } catch {
    // The engine works at any priority: some containers forbid to change it (EPERM, EACCES), and the child may be gone already (ESRCH).
  }
}

/** A child of a killed Terrace notices by itself; this waits for it, or ends it, so that two engines never meet on one store. */
export async function stopLeftoverClickHouse(eventsPath: string): Promise<void> {
  for (const pid of processesIn(await realpath(eventsPath))) {
    sendSignal(pid, "SIGTERM");
    if (await waitForExit(pid, LEFTOVER_STOP_MS)) continue;
    sendSignal(pid, "SIGKILL");
    await waitForExit(pid, LEFTOVER_KILL_MS);
  }
}

async function exitOf(child: ChildProcess): Promise<EngineExit> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: 127, signal: null }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

function forwardErrors(child: ChildProcess, log: EngineLog): readonly string[] {
  const complaints: string[] = [];
  if (child.stderr === null) return complaints;
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() === "") return;
    complaints.splice(0, Math.max(0, complaints.length - 9), line.trim());
    log.warn({ engine: "clickhouse" }, line.slice(0, 2_000));
  });
  return complaints;
}

async function waitUntilReady(child: ChildProcess, signal: AbortSignal): Promise<ChildMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(cannotStart(`it is not ready after ${READY_WITHIN_MS / 1000} s`)), READY_WITHIN_MS);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
      child.off("message", listen);
      child.off("exit", settle);
    };
    function giveUp(): void {
      settle();
      reject(new Error("stopped while starting"));
    }
    function listen(message: unknown): void {
      if (!isReadyMessage(message)) return;
      settle();
      resolve(message);
    }
    signal.addEventListener("abort", giveUp, { once: true });
    child.on("message", listen);
    child.once("exit", settle);
  });
}

function cannotStart(reason: string): StartFault {
  return new StartFault(
    "engine.unavailable",
    { en: `The embedded ClickHouse did not start: ${reason}`, zh: `内置 ClickHouse 启动失败：${reason}` },
    { mend: { en: "See the log above for the cause.", zh: "请查看上方日志了解原因。" } },
  );
}

async function stopChild(child: ChildProcess, exited: Promise<EngineExit>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

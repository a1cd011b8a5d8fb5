import { ClickHouseLogLevel, createClient, type ClickHouseClient } from "@clickhouse/client";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type AgentOptions } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataDirectory } from "./data-directory.ts";
import type { EngineLog } from "./engine-log.ts";
import { startEngines, type ClickHouseEndpoint, type Engines, type StartEnginesOptions } from "./engines.ts";

/** Engines on a folder of their own, for the tests of this directory. */
export type EnginesHarness = Readonly<{ engines: Engines; path: string; log: readonly string[]; stop: () => Promise<void> }>;

export type HarnessOptions = Readonly<
  { path?: string } & Partial<Pick<StartEnginesOptions, "databaseUrl" | "clickhouseUrl" | "clickhouseMemoryBytes">>
>;

/** A server that is never contacted: tests of one engine leave the other one out. */
export const ELSEWHERE = "http://elsewhere.invalid";

/** Starts engines in a new folder, or in `path`, which then stays. */
export async function startHarness(options: HarnessOptions = {}): Promise<EnginesHarness> {
  const { path: given, ...rest } = options;
  const path = given ?? (await temporaryPath());
  const lines: string[] = [];
  const dataDirectory = await openDataDirectory(path);
  const engines = await startEngines({ dataDirectory, log: collectLog(lines), ...rest }).catch(async (error: unknown) => {
    await dataDirectory.close();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await engines.stop();
    await dataDirectory.close();
    if (given === undefined) await rm(path, { recursive: true, force: true });
  };
  return { engines, path, log: lines, stop };
}

export async function temporaryPath(): Promise<string> {
  return mkdtemp(join(tmpdir(), "terrace-test-"));
}

export function collectLog(lines: string[]): EngineLog {
  const add = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  return { info: add, warn: add, error: add };
}

/** The client that the application uses, unchanged, on the embedded socket. */
export function connectClickHouse(endpoint: ClickHouseEndpoint, isCompressed = false): ClickHouseClient {
  // Node passes `socketPath` through to net.connect, but the type declares only the documented agent options.
  const agent: AgentOptions & { socketPath?: string | undefined } = { keepAlive: true, socketPath: endpoint.socketPath };
  return createClient({
    url: endpoint.url,
    http_agent: new Agent(agent),
    compression: { request: isCompressed, response: isCompressed },
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** Waits until the check passes; its last failure is thrown when the time is up. */
export async function eventually<T>(check: () => Promise<T> | T, withinMs = 45_000): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** Kills an engine and waits until the next one answers. */
export async function killEngine(engines: Engines, name: "postgres" | "clickhouse", signal: NodeJS.Signals): Promise<void> {
  const before = engines.status()[name];
  if (before.pid === undefined) throw new Error(`${name} does not run`);
  process.kill(before.pid, signal);
  await eventually(() => {
    const now = engines.status()[name];
    if (now.restarts === before.restarts || now.state !== "ready") throw new Error(`${name} is ${now.state}`);
  });
}

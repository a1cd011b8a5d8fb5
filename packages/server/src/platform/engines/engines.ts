import type { DataDirectory } from "./data-directory.ts";
import { prepareEmbeddedClickHouse } from "./embedded-clickhouse.ts";
import { prepareEmbeddedPostgres } from "./embedded-postgres.ts";
import type { EngineLog } from "./engine-log.ts";
import { requireSupportedPlatform } from "./platform-support.ts";
import { superviseEngine, type EngineStatus, type Supervisor } from "./supervisor.ts";

/** Where PostgreSQL is: a server's URL, or the socket folder of the embedded one (options of the `postgres` client, no password). */
export type PostgresEndpoint = Readonly<{ url: string }> | Readonly<{ host: string; port: number; database: string; username: string }>;

/** Where ClickHouse is. With `socketPath`, pass `http_agent: new http.Agent({ keepAlive: true, socketPath })` to the client. */
export type ClickHouseEndpoint = Readonly<{ url: string; socketPath?: string; database?: string; cluster?: string }>;

/** An embedded engine's state, or the mere fact that someone else runs the server. */
export type EngineReport = EngineStatus & Readonly<{ mode: "embedded" | "server" }>;

export type Engines = Readonly<{
  postgres: PostgresEndpoint;
  clickhouse: ClickHouseEndpoint;
  status: () => Readonly<{ postgres: EngineReport; clickhouse: EngineReport }>;
  /** Settles when both accept requests (again). */
  whenReady: () => Promise<void>;
  /** Ends the embedded engines in order, within 8 s. Idempotent. */
  stop: () => Promise<void>;
}>;

export type StartEnginesOptions = Readonly<{
  dataDirectory: DataDirectory;
  databaseUrl?: string | undefined;
  clickhouseUrl?: string | undefined;
  /** Name of the cluster at `clickhouseUrl`, when it is one. */
  clickhouseCluster?: string | undefined;
  /** Memory limit of the embedded ClickHouse in bytes; default 40 % of the machine's memory, at most 2 GB. */
  clickhouseMemoryBytes?: number | undefined;
  log: EngineLog;
}>;

type Engine<Endpoint> = Readonly<{ endpoint: Endpoint; supervisor: Supervisor | undefined; dispose: () => Promise<void> }>;

/**
 * Starts PostgreSQL and ClickHouse side by side, each only when no URL of a server is given, and keeps them running.
 * Settles when both accept requests; throws StartFault (platform.unsupported, data.no_permission, engine.unavailable …) with nothing left running.
 */
export async function startEngines(options: StartEnginesOptions): Promise<Engines> {
  if (options.databaseUrl === undefined || options.clickhouseUrl === undefined) requireSupportedPlatform();
  const [postgres, clickhouse] = await startBoth(openPostgres(options), openClickHouse(options));
  let stopped: Promise<void> | undefined;
  return {
    postgres: postgres.endpoint,
    clickhouse: clickhouse.endpoint,
    status: () => ({ postgres: report(postgres), clickhouse: report(clickhouse) }),
    whenReady: async () => {
      await Promise.all([postgres.supervisor?.whenReady(), clickhouse.supervisor?.whenReady()]);
    },
    stop: () => (stopped ??= stopAll([clickhouse, postgres])),
  };
}

async function startBoth<P, C>(postgres: Promise<Engine<P>>, clickhouse: Promise<Engine<C>>): Promise<readonly [Engine<P>, Engine<C>]> {
  const [first, second] = await Promise.allSettled([postgres, clickhouse]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  if (first.status === "fulfilled") await stopAll([first.value]);
  if (second.status === "fulfilled") await stopAll([second.value]);
  throw first.status === "rejected" ? first.reason : second.status === "rejected" ? second.reason : new Error("unreachable");
}

async function openPostgres(options: StartEnginesOptions): Promise<Engine<PostgresEndpoint>> {
  if (options.databaseUrl !== undefined) return { endpoint: { url: options.databaseUrl }, supervisor: undefined, dispose: nothing };
  const embedded = await prepareEmbeddedPostgres(options.dataDirectory, options.log);
  const supervisor = await superviseEngine({ name: "postgres", start: embedded.start, log: options.log });
  return { endpoint: embedded.address, supervisor, dispose: embedded.dispose };
}

async function openClickHouse(options: StartEnginesOptions): Promise<Engine<ClickHouseEndpoint>> {
  const { clickhouseUrl: url, clickhouseCluster: cluster } = options;
  if (url !== undefined)
    return { endpoint: { url, ...(cluster === undefined ? {} : { cluster }) }, supervisor: undefined, dispose: nothing };
  const embedded = await prepareEmbeddedClickHouse({
    data: options.dataDirectory,
    log: options.log,
    memoryBytes: options.clickhouseMemoryBytes,
  });
  const supervisor = await superviseEngine({ name: "clickhouse", start: embedded.start, log: options.log });
  return { endpoint: embedded.address, supervisor, dispose: nothing };
}

async function nothing(): Promise<void> {
  // A server that someone else runs leaves nothing to put away.
}

async function stopAll(engines: readonly Engine<unknown>[]): Promise<void> {
  await Promise.all(
    engines.map(async (engine) => {
      await engine.supervisor?.stop();
      await engine.dispose();
    }),
  );
}

function report(engine: Engine<unknown>): EngineReport {
  if (engine.supervisor === undefined) return { mode: "server", state: "ready", pid: undefined, restarts: 0, lastProblem: undefined };
  return { mode: "embedded", ...engine.supervisor.status() };
}

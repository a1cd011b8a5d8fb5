import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openUnlessInUse, requireCluster, runningAddress } from "./attach-postgres.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { EngineLog } from "./engine-log.ts";
import { startEngines, type ClickHouseEndpoint, type PostgresEndpoint } from "./engines.ts";
import { asStartFault, systemErrorCode } from "./start-fault.ts";
import { temporaryFolderFor } from "./temporary-folder.ts";

/** Both engines of an installation, for a command that runs beside Terrace or in its stead. */
export type AttachedEngines = Readonly<{
  postgres: PostgresEndpoint;
  clickhouse: ClickHouseEndpoint;
  /** A running Terrace owns the embedded engines; otherwise they were started for this command, or are servers. */
  isTerraceRunning: boolean;
  close: () => Promise<void>;
}>;

export type AttachOptions = Readonly<{
  data: string;
  databaseUrl?: string | undefined;
  clickhouseUrl?: string | undefined;
  clickhouseCluster?: string | undefined;
  log: EngineLog;
}>;

/**
 * Reaches the engines of an existing installation: servers by their URLs, embedded ones through the sockets of the running Terrace, or by
 * starting them until `close`. Throws StartFault data.not_found, engine.unavailable, data.no_permission and what opening a data directory throws.
 */
export async function attachEngines(options: AttachOptions): Promise<AttachedEngines> {
  const root = resolve(options.data);
  try {
    return await attach(root, options);
  } catch (error) {
    throw asStartFault(error, root);
  }
}

async function attach(root: string, options: AttachOptions): Promise<AttachedEngines> {
  const { databaseUrl, clickhouseUrl, clickhouseCluster: cluster } = options;
  const server = clickhouseUrl === undefined ? undefined : { url: clickhouseUrl, ...(cluster === undefined ? {} : { cluster }) };
  if (databaseUrl !== undefined && server !== undefined)
    return { postgres: { url: databaseUrl }, clickhouse: server, isTerraceRunning: false, close: () => Promise.resolve() };
  if (databaseUrl === undefined) await requireCluster(root);
  const data = await openUnlessInUse(root);
  if (data !== undefined) return startAlone(data, options);
  return {
    postgres: databaseUrl === undefined ? await runningAddress(root) : { url: databaseUrl },
    clickhouse: server ?? { url: "http://localhost", socketPath: await clickhouseSocket(root), database: "default" },
    isTerraceRunning: true,
    close: () => Promise.resolve(),
  };
}

async function startAlone(data: DataDirectory, options: AttachOptions): Promise<AttachedEngines> {
  const { data: _path, ...rest } = options;
  try {
    const engines = await startEngines({ dataDirectory: data, ...rest });
    return {
      postgres: engines.postgres,
      clickhouse: engines.clickhouse,
      isTerraceRunning: false,
      close: async () => {
        await engines.stop();
        await data.close();
      },
    };
  } catch (error) {
    await data.close();
    throw error;
  }
}

/** Beside the data, or in the temporary folder that a long path is given. */
async function clickhouseSocket(root: string): Promise<string> {
  const near = join(root, "run", "clickhouse.sock");
  const isNear = await stat(near).then(
    () => true,
    (error: unknown) => {
      if (systemErrorCode(error) === "ENOENT") return false;
      throw error;
    },
  );
  return isNear ? near : join(await temporaryFolderFor(root, "run"), "clickhouse.sock");
}

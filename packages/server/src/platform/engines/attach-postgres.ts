import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openDataDirectory, type DataDirectory } from "./data-directory.ts";
import { prepareEmbeddedPostgres, type PostgresAddress } from "./embedded-postgres.ts";
import type { EngineLog } from "./engine-log.ts";
import { asStartFault, StartFault, systemErrorCode } from "./start-fault.ts";

/** The embedded PostgreSQL of a data directory, for a command that runs beside Terrace or in its stead. */
export type AttachedPostgres = Readonly<{
  address: PostgresAddress;
  /** A running Terrace owns the server; otherwise it was started for this command. */
  isTerraceRunning: boolean;
  close: () => Promise<void>;
}>;

/**
 * Reaches the embedded PostgreSQL of an existing data directory: through the socket of the running one, or by starting it until `close`.
 * Throws StartFault data.not_found, engine.unavailable, data.no_permission and what opening a data directory throws.
 */
export async function attachPostgres(path: string, log: EngineLog): Promise<AttachedPostgres> {
  const root = resolve(path);
  try {
    await requireCluster(root);
    const data = await openUnlessInUse(root);
    return data === undefined
      ? { address: await runningAddress(root), isTerraceRunning: true, close: () => Promise.resolve() }
      : await startAlone(data, log);
  } catch (error) {
    throw asStartFault(error, root);
  }
}

/** Opening a data directory would make one; a command that needs data must not. Throws StartFault data.not_found. */
export async function requireCluster(root: string): Promise<void> {
  try {
    await access(join(root, "state", "postgres", "terrace.complete"), constants.F_OK);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT" && systemErrorCode(error) !== "ENOTDIR") throw error;
    throw new StartFault(
      "data.not_found",
      { en: `There are no data of Terrace in ${root}.`, zh: `${root} 中没有 Terrace 的数据。` },
      {
        mend: {
          en: "Name the folder Terrace was started with by --data, or its database by DATABASE_URL.",
          zh: "请用 --data 指定启动 Terrace 时的目录，或用 DATABASE_URL 指定其数据库。",
        },
      },
    );
  }
}

/** Opens a data directory, or answers undefined when a running Terrace holds it. */
export async function openUnlessInUse(root: string): Promise<DataDirectory | undefined> {
  try {
    return await openDataDirectory(root);
  } catch (error) {
    if (error instanceof StartFault && error.code === "data.in_use") return undefined;
    throw error;
  }
}

async function startAlone(data: DataDirectory, log: EngineLog): Promise<AttachedPostgres> {
  try {
    const embedded = await prepareEmbeddedPostgres(data, log);
    const child = await embedded.start(new AbortController().signal);
    return {
      address: embedded.address,
      isTerraceRunning: false,
      close: async () => {
        await child.stop();
        await embedded.dispose();
        await data.close();
      },
    };
  } catch (error) {
    await data.close();
    throw error;
  }
}

const DATABASE = "terrace";
/** Lines of `postmaster.pid`, counted from 0. */
const PID_FILE = { port: 3, socketFolder: 4 } as const;

/** Where the running server listens, by its own word: the folder of its socket depends on the account and on the length of the path. */
export async function runningAddress(root: string): Promise<PostgresAddress> {
  const lines = (
    await readFile(join(root, "state", "postgres", "postmaster.pid"), "utf8").catch((error: unknown) => {
      if (systemErrorCode(error) === "ENOENT") return "";
      throw error;
    })
  )
    .split("\n")
    .map((line) => line.trim());
  const port = Number(lines[PID_FILE.port]);
  const host = lines[PID_FILE.socketFolder] ?? "";
  if (host !== "" && Number.isInteger(port) && port > 0) return { host, port, database: DATABASE, username: DATABASE };
  throw new StartFault(
    "engine.unavailable",
    { en: `Terrace uses ${root}, but its PostgreSQL does not run yet.`, zh: `Terrace 正在使用 ${root}，但其 PostgreSQL 尚未运行。` },
    {
      mend: {
        en: "Try again when Terrace is ready; if it runs with DATABASE_URL, give this command the same one.",
        zh: "请在 Terrace 就绪后重试；若它使用 DATABASE_URL，请为本命令设置相同的值。",
      },
    },
  );
}

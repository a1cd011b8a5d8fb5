import type { StartConfig } from "../config.ts";
import { attachPostgres } from "../platform/engines/attach-postgres.ts";
import { openPostgres, type Db } from "../platform/storage/postgres.ts";

/** Runs `work` on the state engine of an installation, running or not: the one of DATABASE_URL, else the one in the data directory. */
export async function withDatabase<T>(
  config: StartConfig,
  name: string,
  warn: (message: string) => void,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const log = {
    info: () => undefined,
    warn: (_fields: object, message: string) => warn(message),
    error: (_fields: object, message: string) => warn(message),
  };
  const attached =
    config.databaseUrl === undefined
      ? await attachPostgres(config.data, log)
      : { address: { url: config.databaseUrl }, close: () => Promise.resolve() };
  try {
    const db = openPostgres(attached.address, { connectionsMax: 1, name: `terrace-${name}` });
    try {
      return await work(db);
    } finally {
      await db.end({ timeout: 3 });
    }
  } finally {
    await attached.close();
  }
}

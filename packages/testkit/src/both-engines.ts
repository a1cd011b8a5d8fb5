import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_MIGRATIONS, eventEngineOf } from "@terrace/server/composition/event-engine";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { startEngines } from "@terrace/server/platform/engines/engines";
import { openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { migrate } from "@terrace/server/platform/storage/migrate";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";
import { fillFromTemplate } from "./engine-template.ts";
import { createServerDatabases, testServers } from "./server-databases.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type TestEngines = { readonly db: Db; readonly warehouse: Warehouse; readonly stop: () => Promise<void> };

/** Both real engines with the current schema: the embedded ones, or fresh databases on the servers the cluster tier names. */
export async function startBothEngines(): Promise<TestEngines> {
  const servers = testServers();
  const opened = servers === undefined ? await startEmbedded() : await createServerDatabases(servers);
  const db = openPostgres(opened.postgres, { connectionsMax: 10, name: "test" });
  const warehouse = openWarehouse(opened.clickhouse);
  await migrate(db, await eventEngineOf(warehouse, false), EVENT_MIGRATIONS);
  return {
    db,
    warehouse,
    stop: async () => {
      await db.end({ timeout: 2 });
      await warehouse.close();
      await opened.stop();
    },
  };
}

async function startEmbedded() {
  const folder = await mkdtemp(join(tmpdir(), "terrace-engines-"));
  await fillFromTemplate(folder);
  const data = await openDataDirectory(folder);
  const engines = await startEngines({ dataDirectory: data, log: QUIET });
  return {
    postgres: engines.postgres,
    clickhouse: engines.clickhouse,
    stop: async () => {
      await engines.stop();
      await data.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

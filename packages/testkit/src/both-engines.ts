import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVENT_MIGRATIONS, eventEngineOf } from "@terrace/server/composition/event-engine";
import { openDataDirectory } from "@terrace/server/platform/engines/data-directory";
import { startEngines, type Engines } from "@terrace/server/platform/engines/engines";
import { openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { migrate } from "@terrace/server/platform/storage/migrate";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type TestEngines = { readonly db: Db; readonly warehouse: Warehouse; readonly engines: Engines; readonly stop: () => Promise<void> };

/**
 * Both real engines with the current schema. With TERRACE_TEST_DATABASE_URL or TERRACE_TEST_CLICKHOUSE_URL (and …_CLUSTER,
 * …_NODE_URLS) set, those servers instead, so that the same suites run against every supported engine.
 */
export async function startBothEngines(): Promise<TestEngines> {
  const folder = await mkdtemp(join(tmpdir(), "terrace-engines-"));
  const data = await openDataDirectory(folder);
  const cluster = process.env["TERRACE_TEST_CLICKHOUSE_CLUSTER"];
  const engines = await startEngines({ dataDirectory: data, log: QUIET, databaseUrl: process.env["TERRACE_TEST_DATABASE_URL"], clickhouseUrl: process.env["TERRACE_TEST_CLICKHOUSE_URL"], clickhouseCluster: cluster });
  const db = openPostgres(engines.postgres, { connectionsMax: 10, name: "test" });
  const nodeUrls = process.env["TERRACE_TEST_CLICKHOUSE_NODE_URLS"]?.split(",");
  const warehouse = openWarehouse({ ...engines.clickhouse, ...(nodeUrls === undefined ? {} : { nodeUrls }) });
  await migrate(db, eventEngineOf(warehouse, false), EVENT_MIGRATIONS);
  return {
    db, warehouse, engines,
    stop: async () => {
      await db.end({ timeout: 2 });
      await warehouse.close();
      await engines.stop();
      await data.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

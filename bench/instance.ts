import { existsSync } from "node:fs";
import { join } from "node:path";
import { createPrivacyModule, loadMasterKey, type PrivacyModule } from "@terrace/server/modules/privacy/module";
import { temporaryFolderFor } from "@terrace/server/platform/engines/temporary-folder";
import { openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { openPostgres, type Db } from "@terrace/server/platform/storage/postgres";

/** The engines and the vault of a running Terrace with embedded engines, reached past Terrace itself. */
export type Instance = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly masterKey: Uint8Array;
  readonly close: () => Promise<void>;
};

/** Opens the sockets in a data directory. */
export async function openInstance(data: string): Promise<Instance> {
  const near = join(data, "run", "pg");
  const host = existsSync(join(near, ".s.PGSQL.5432")) ? near : join(await temporaryFolderFor(data, "pg"), "pg");
  const db = openPostgres({ host, port: 5432, database: "terrace", username: "terrace" }, { connectionsMax: 4, name: "bench" });
  const warehouse = openWarehouse({ url: "http://localhost", socketPath: join(data, "run", "clickhouse.sock"), database: "default" });
  const masterKey = await loadMasterKey({ dataDirectory: data, fromEnvironment: process.env["TERRACE_MASTER_KEY"] });
  return {
    db,
    warehouse,
    masterKey,
    privacy: createPrivacyModule({ masterKey }),
    close: async () => {
      await Promise.all([db.end(), warehouse.close()]);
    },
  };
}

import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { StartConfig } from "../config.ts";
import { createPrivacyModule, loadMasterKey, type PrivacyModule } from "../modules/privacy/module.ts";
import { attachEngines } from "../platform/engines/attach-engines.ts";
import type { EngineLog } from "../platform/engines/engine-log.ts";
import { StartFault, systemErrorCode } from "../platform/engines/start-fault.ts";
import { openWarehouse, type ClickHouseAddress, type Warehouse } from "../platform/storage/clickhouse.ts";
import { inTransaction, openPostgres, type Db } from "../platform/storage/postgres.ts";

/** The engines and the vault of an installation, for a command that runs beside Terrace or in its stead. */
export type Attached = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly masterKey: Uint8Array;
  readonly isTerraceRunning: boolean;
  readonly close: () => Promise<void>;
};

/** Reaches an existing installation with the key that its data are sealed with. Throws `StartFault`. */
export async function attachInstallation(
  config: StartConfig,
  options: { readonly name: string; readonly connectionsMax: number; readonly log: EngineLog },
): Promise<Attached> {
  const { databaseUrl, clickhouseUrl, clickhouseCluster } = config;
  const engines = await attachEngines({ data: config.data, databaseUrl, clickhouseUrl, clickhouseCluster, log: options.log });
  const db = openPostgres(engines.postgres, { connectionsMax: options.connectionsMax, name: `terrace-${options.name}` });
  const warehouse = openWarehouse(clickhouseAddress(config, engines.clickhouse));
  const close = async (): Promise<void> => {
    await Promise.all([db.end({ timeout: 3 }), warehouse.close()]);
    await engines.close();
  };
  try {
    const masterKey = await existingMasterKey(config);
    const privacy = createPrivacyModule({ masterKey });
    const confirmed = await inTransaction(db, (tx) => privacy.confirmMasterKey(tx));
    if (!confirmed.ok) throw otherKey();
    return { db, warehouse, privacy, masterKey, isTerraceRunning: engines.isTerraceRunning, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where ClickHouse is, with every node of a cluster that is addressed node by node. */
export function clickhouseAddress({ clickhouseNodeUrls }: StartConfig, clickhouse: ClickHouseAddress): ClickHouseAddress {
  return clickhouseNodeUrls === undefined ? clickhouse : { ...clickhouse, nodeUrls: clickhouseNodeUrls };
}

/** Loading the key of a folder without one would make a new key, which opens nothing. */
async function existingMasterKey({ data, masterKey }: StartConfig): Promise<Uint8Array> {
  const path = join(resolve(data), "secrets", "master.key");
  if (masterKey === undefined)
    await stat(path).catch((error: unknown) => {
      throw systemErrorCode(error) === "ENOENT" ? otherKey() : error;
    });
  return loadMasterKey({ dataDirectory: resolve(data), fromEnvironment: masterKey });
}

function otherKey(): StartFault {
  return new StartFault(
    "data.damaged",
    { en: "The master key of these data was not found.", zh: "没有找到这些数据的主密钥。" },
    {
      mend: {
        en: "Name the data directory it lies in (--data), or give it as TERRACE_MASTER_KEY.",
        zh: "请用 --data 指定主密钥所在的数据目录，或通过 TERRACE_MASTER_KEY 提供。",
      },
    },
  );
}

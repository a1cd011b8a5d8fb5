import { clickHouseClusterMissing, startClickHouseCluster } from "@terrace/testkit/cluster/clickhouse-cluster";
import { mariadbMissing } from "@terrace/testkit/cluster/mariadb";
import { postgres15Missing, startPostgres15 } from "@terrace/testkit/cluster/postgres15";

/** Starts the oldest supported PostgreSQL and a real two-shard ClickHouse cluster for the suites of the cluster tier; MariaDB is started by the one that needs it. */
export async function setup(): Promise<() => Promise<void>> {
  const missing = [clickHouseClusterMissing(), postgres15Missing(), mariadbMissing()].filter((reason) => reason !== undefined);
  if (missing.length > 0) throw new Error(`the cluster tier cannot run: ${missing.join("; ")}`);
  const [cluster, postgres] = await Promise.all([startClickHouseCluster({ shards: 2 }), startPostgres15()]);
  Object.assign(process.env, {
    TERRACE_TEST_DATABASE_URL: postgres.url,
    TERRACE_TEST_CLICKHOUSE_URL: cluster.url,
    TERRACE_TEST_CLICKHOUSE_CLUSTER: cluster.cluster,
    TERRACE_TEST_CLICKHOUSE_NODE_URLS: cluster.nodeUrls.join(","),
  });
  return async () => {
    await Promise.all([cluster.stop(), postgres.stop()]);
  };
}

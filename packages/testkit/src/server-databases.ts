import { openWarehouse, type ClickHouseAddress } from "@terrace/server/platform/storage/clickhouse";
import { openPostgres } from "@terrace/server/platform/storage/postgres";
import { randomBytes } from "node:crypto";

/** Servers to test against instead of the embedded engines; the cluster tier starts them and names them in the environment. */
export type TestServers = {
  readonly databaseUrl: string;
  readonly clickhouseUrl: string;
  readonly cluster: string;
  readonly nodeUrls: readonly string[];
};

/** The servers named in the environment; undefined when the suites run on the embedded engines. */
export function testServers(): TestServers | undefined {
  const databaseUrl = process.env["TERRACE_TEST_DATABASE_URL"];
  const clickhouseUrl = process.env["TERRACE_TEST_CLICKHOUSE_URL"];
  const cluster = process.env["TERRACE_TEST_CLICKHOUSE_CLUSTER"];
  const nodeUrls = process.env["TERRACE_TEST_CLICKHOUSE_NODE_URLS"]?.split(",");
  if (databaseUrl === undefined || clickhouseUrl === undefined || cluster === undefined || nodeUrls === undefined) return undefined;
  return { databaseUrl, clickhouseUrl, cluster, nodeUrls };
}

/** The same, as a suite that cannot run without servers needs it. */
export function requiredServers(): TestServers {
  const servers = testServers();
  if (servers === undefined) throw new Error("no servers are named: run this suite with npm run test:cluster");
  return servers;
}

export type ServerDatabases = {
  readonly postgres: { readonly url: string };
  readonly clickhouse: ClickHouseAddress;
  readonly stop: () => Promise<void>;
};

/** Makes a database of its own on each server, on every node of the cluster; `stop` drops them. */
export async function createServerDatabases(servers: TestServers): Promise<ServerDatabases> {
  const name = `terrace_${randomBytes(6).toString("hex")}`;
  const admin = openPostgres({ url: servers.databaseUrl }, { connectionsMax: 1, name: "test-admin" });
  const nodes = openWarehouse({ url: servers.clickhouseUrl, nodeUrls: servers.nodeUrls, cluster: servers.cluster });
  await admin.unsafe(`create database ${name}`);
  for (const node of nodes.nodes) await node.command({ query: `create database ${name}` });
  return {
    postgres: { url: Object.assign(new URL(servers.databaseUrl), { pathname: `/${name}` }).toString() },
    clickhouse: { url: servers.clickhouseUrl, nodeUrls: servers.nodeUrls, cluster: servers.cluster, database: name },
    stop: async () => {
      for (const node of nodes.nodes) await node.command({ query: `drop database if exists ${name}` });
      await nodes.close();
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end({ timeout: 2 });
    },
  };
}

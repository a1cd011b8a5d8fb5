import { ClickHouseLogLevel, createClient, type ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clickHouseClusterMissing, startClickHouseCluster, type ClickHouseCluster } from "./clickhouse-cluster.ts";

const missing = clickHouseClusterMissing();

describe.skipIf(missing !== undefined)(`a cluster of two shards${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  let cluster: ClickHouseCluster;
  let nodes: readonly ClickHouseClient[] = [];

  beforeAll(async () => {
    cluster = await startClickHouseCluster();
    nodes = cluster.nodeUrls.map((url) => createClient({ url, log: { level: ClickHouseLogLevel.OFF } }));
  });

  afterAll(async () => {
    await Promise.all(nodes.map(async (node) => node.close()));
    await cluster.stop();
    expect(cluster.pids.filter((pid) => isRunning(pid))).toEqual([]);
  });

  test("spreads rows over its shards and answers for all of them from any node", async () => {
    for (const node of nodes) {
      await node.command({ query: "CREATE TABLE rows_local (id UInt64, props JSON) ENGINE = MergeTree ORDER BY id" });
      await node.command({ query: `CREATE TABLE rows AS rows_local ENGINE = Distributed(${cluster.cluster}, default, rows_local, id)` });
    }
    const values = Array.from({ length: 1_000 }, (_, id) => ({ id, props: { even: id % 2 === 0 } }));
    await nodes[0]?.insert({ table: "rows", values, format: "JSONEachRow", clickhouse_settings: { distributed_foreground_insert: 1 } });
    const counts = await Promise.all(nodes.map(async (node) => [await count(node, "rows"), await count(node, "rows_local")]));
    expect(counts).toEqual([
      [1_000, 500],
      [1_000, 500],
    ]);
  });
});

async function count(node: ClickHouseClient, table: "rows" | "rows_local"): Promise<number> {
  const answer = await node.query({ query: `SELECT count()::UInt32 AS count FROM ${table}`, format: "JSONEachRow" });
  const [row] = await answer.json<{ count: number }>();
  return row?.count ?? -1;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

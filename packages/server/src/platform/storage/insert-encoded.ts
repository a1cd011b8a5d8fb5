import type { ClickHouseSettings } from "@clickhouse/client";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Warehouse } from "./clickhouse.ts";

/**
 * Inserts rows that are encoded already, which the client's own `insert` cannot; answers once they are on disk on every shard they belong to.
 * A repeat under the same token adds nothing.
 */
export async function insertEncoded(
  warehouse: Warehouse,
  query: string,
  { data, token, settings }: { readonly data: Buffer; readonly token: string; readonly settings: ClickHouseSettings },
): Promise<void> {
  const { stream } = await warehouse.client.exec({
    query,
    values: Readable.from([data], { objectMode: false }),
    clickhouse_settings: {
      insert_deduplication_token: token,
      insert_deduplicate: 1,
      async_insert: 0,
      distributed_foreground_insert: 1,
      max_partitions_per_insert_block: "0",
      ...settings,
    },
  });
  stream.resume();
  await finished(stream);
}

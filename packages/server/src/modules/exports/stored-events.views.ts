import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";

/** Message ids of those among these events that are stored already. Their times narrow the search, since message ids have no index. */
export async function storedAmong(warehouse: Warehouse, workspaceId: number, events: readonly FeedEvent[]): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const times = events.map(({ timeMs }) => timeMs);
  const names = [...new Set(events.map(({ name }) => name))];
  const messageIds = events.map(({ messageId }) => messageId);
  const rows = await warehouse.rows<{ message_id: string }>(
    workspaceId,
    "exports.stored",
    ch`
    select message_id from events where workspace_id = ${ch.value("UInt32", workspaceId)} and name in ${ch.value("Array(String)", names)}
      and time >= fromUnixTimestamp64Milli(${ch.value(
        "Int64",
        times.reduce((least, time) => Math.min(least, time), Infinity),
      )})
      and time <= fromUnixTimestamp64Milli(${ch.value(
        "Int64",
        times.reduce((most, time) => Math.max(most, time), -Infinity),
      )})
      and message_id in ${ch.value("Array(String)", messageIds)}
    group by message_id limit ${ch.value("UInt32", messageIds.length)}`,
  );
  return new Set(rows.map((row) => row.message_id));
}

import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";

/** Events received in the last `seconds`, per second. */
export async function ratePerSecond(warehouse: Warehouse, workspaceId: number, nowMs: number, seconds: number): Promise<number> {
  const [row] = await warehouse.rows<{ events: number }>(
    workspaceId,
    "insight.rate",
    ch`
    select count() as events from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and received_at > fromUnixTimestamp64Milli(${ch.value("Int64", nowMs - seconds * 1000)})`,
    { timeoutSeconds: 10 },
  );
  return (row?.events ?? 0) / seconds;
}

/** Events that happened in a span of Unix ms, half-open. */
export async function countBetween(warehouse: Warehouse, workspaceId: number, fromMs: number, toMs: number): Promise<number> {
  const [row] = await warehouse.rows<{ events: number }>(
    workspaceId,
    "insight.today",
    ch`
    select count() as events from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and time >= fromUnixTimestamp64Milli(${ch.value("Int64", fromMs)}) and time < fromUnixTimestamp64Milli(${ch.value("Int64", toMs)})`,
    { timeoutSeconds: 10 },
  );
  return row?.events ?? 0;
}

import type { RetentionWindow } from "@terrace/domain/retention/plan-retention";
import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Expired } from "./retention.store.ts";

const EXPIRED_ROWS_MAX = 200_000;

/** Expired events by name. */
export async function loadExpired(
  warehouse: Warehouse,
  workspaceId: number,
  windows: readonly RetentionWindow[],
): Promise<readonly Expired[]> {
  if (windows.length === 0) return [];
  const rows = await warehouse.rows<{ event: string; events: number; oldest: number }>(
    workspaceId,
    "retention.expired",
    ch`
    select name as event, count() as events, toUnixTimestamp64Milli(min(time)) as oldest from events
    where workspace_id = ${ch.value("UInt32", workspaceId)} and (${expiredBy(windows)})
    group by event order by event limit ${ch.value("UInt32", EXPIRED_ROWS_MAX)}`,
  );
  return rows.map(({ oldest, ...row }) => ({ ...row, oldestMs: oldest }));
}

/**
 * Begins to delete expired events: part by part, in the background and by few threads, the engine writes anew what holds some of them.
 * One statement for all, because each touches every part.
 */
export async function deleteExpired(warehouse: Warehouse, workspaceId: number, windows: readonly RetentionWindow[]): Promise<void> {
  const condition = ch`workspace_id = ${ch.value("UInt32", workspaceId)} AND (${expiredBy(windows)})`;
  const table = warehouse.cluster === undefined ? "events" : "events_local";
  for (const node of warehouse.nodes)
    await node.command({
      query: `ALTER TABLE ${table} DELETE WHERE ${condition.text}`,
      query_params: { ...condition.params },
      clickhouse_settings: { mutations_sync: "0" },
    });
}

/** Whether the engine still works on deletions. Throws what it complains about, when it does. */
export async function isDeleting(warehouse: Warehouse): Promise<boolean> {
  for (const node of warehouse.nodes) {
    const answer = await node.query({
      query:
        "SELECT count() AS open, any(latest_fail_reason) AS complaint FROM system.mutations WHERE database = currentDatabase() AND NOT is_done AND NOT is_killed",
      format: "JSONEachRow",
    });
    const [row] = await answer.json<{ open: number; complaint: string }>();
    if (row !== undefined && row.complaint !== "") throw new Error(`the event engine cannot delete: ${row.complaint.slice(0, 300)}`);
    if (row !== undefined && row.open > 0) return true;
  }
  return false;
}

function expiredBy(windows: readonly RetentionWindow[]): ChStatement {
  return ch.join(
    windows.map(({ event, except, cutoffMs }) => {
      const before = ch`time < fromUnixTimestamp64Milli(${ch.value("Int64", cutoffMs)})`;
      const named = event === "" ? ch`name not in ${ch.value("Array(String)", except)}` : ch`name = ${ch.value("String", event)}`;
      return ch`(${named} and ${before})`;
    }),
    " or ",
  );
}

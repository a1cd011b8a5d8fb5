import { ch, type Warehouse } from "../../platform/storage/clickhouse.ts";

/** Which of these message ids of imports are stored already, however long ago. */
export async function storedMessageIds(
  warehouse: Warehouse,
  workspaceId: number,
  messageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (messageIds.length === 0) return new Set();
  const rows = await warehouse.rows<{ message_id: string }>(
    workspaceId,
    "imports.stored",
    ch`
    select message_id from events where workspace_id = ${ch.value("UInt32", workspaceId)} and source = 'import' and message_id in ${ch.value("Array(String)", messageIds)}
    group by message_id limit ${ch.value("UInt32", messageIds.length)}`,
  );
  return new Set(rows.map((row) => row.message_id));
}

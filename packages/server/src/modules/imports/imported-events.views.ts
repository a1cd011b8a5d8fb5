import { ch, type ChStatement, type Warehouse } from "../../platform/storage/clickhouse.ts";

/** Ids and the messages of an import that were filed under them. */
export type ImportedOrigin = { readonly originId: string; readonly messageIds: readonly string[] };

/** The ids that events of an import are filed under, in order, from behind `after` on. */
export async function importedOrigins(
  warehouse: Warehouse,
  workspaceId: number,
  library: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly ImportedOrigin[]> {
  return warehouse.rows<ImportedOrigin>(
    workspaceId,
    "imports.origins",
    ch`
    select toString(origin_id) as originId, groupUniqArray(message_id) as messageIds from events
    where ${ofImport(workspaceId, library)} and origin_id > ${ch.value("UInt64", page.after)} group by origin_id order by origin_id limit ${ch.value("UInt32", page.limit)}`,
  );
}

/** How many events of an import are stored. */
export async function countImported(warehouse: Warehouse, workspaceId: number, library: string): Promise<number> {
  const [row] = await warehouse.rows<{ n: number }>(
    workspaceId,
    "imports.count",
    ch`select count() as n from events where ${ofImport(workspaceId, library)}`,
  );
  return row?.n ?? 0;
}

/** Removes the events of an import from every node; answers once they are in no query any more. */
export async function deleteImported(warehouse: Warehouse, workspaceId: number, library: string): Promise<void> {
  const { text, params } = ofImport(workspaceId, library);
  const table = warehouse.cluster === undefined ? "events" : "events_local";
  for (const node of warehouse.nodes)
    await node.command({
      query: `delete from ${table} where ${text}`,
      query_params: { ...params },
      clickhouse_settings: { lightweight_deletes_sync: "2" },
    });
}

function ofImport(workspaceId: number, library: string): ChStatement {
  return ch`workspace_id = ${ch.value("UInt32", workspaceId)} and source = 'import' and library = ${ch.value("String", library)}`;
}

import type { Warehouse } from "../../../platform/storage/clickhouse.ts";

/** Where the statement of a query that is running now stands. `rowsTotal` is what the engine expects to read. */
export type Progress = { readonly rowsRead: number; readonly rowsTotal: number; readonly bytesRead: number; readonly memoryBytes: number };

/** The statements of a query are known by their comment. */
const IS_MEANT =
  "startsWith(Settings['log_comment'], {workspace: String}) and endsWith(Settings['log_comment'], {query: String}) and is_initial_query";

/** What the engine does for a query, undefined when nothing. Any node may have been asked. */
export async function readProgress(warehouse: Warehouse, workspaceId: number, queryId: string): Promise<Progress | undefined> {
  for (const node of warehouse.nodes) {
    const answer = await node.query({
      query: `select read_rows as rowsRead, total_rows_approx as rowsTotal, read_bytes as bytesRead, greatest(peak_memory_usage, 0) as memoryBytes
        from system.processes where ${IS_MEANT} limit 1`,
      query_params: meant(workspaceId, queryId),
      format: "JSONEachRow",
    });
    const [row] = await answer.json<Progress>();
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Ends what the engine does for a query, on every node. */
export async function killQuery(warehouse: Warehouse, workspaceId: number, queryId: string): Promise<void> {
  for (const node of warehouse.nodes)
    await node.command({ query: `kill query where ${IS_MEANT} async`, query_params: meant(workspaceId, queryId) });
}

function meant(workspaceId: number, queryId: string): { readonly workspace: string; readonly query: string } {
  return { workspace: `ws=${workspaceId} `, query: ` q=${queryId}` };
}

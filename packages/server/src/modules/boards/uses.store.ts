import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** Something that uses another thing. */
export type Named = { readonly id: string; readonly name: string };
/** What is kept as a board: its name in the open, what it shows or asks sealed. */
export type Sealed = Named & { readonly sealed: Uint8Array };

const USES_MAX = 100;

/** Saved analyses whose queries name a segment. */
export async function findAnalysesUsing(
  db: Db | Tx,
  workspaceId: number,
  { segment }: { readonly segment: string },
): Promise<readonly Named[]> {
  return db<Named[]>`
    select analysis_id as id, name from saved_analysis where workspace_id = ${workspaceId} and ${segment}::bigint = any(segments) order by analysis_id limit ${USES_MAX}`;
}

/** Dashboards that show a saved analysis, or name a segment. */
export async function findDashboardsUsing(
  db: Db | Tx,
  workspaceId: number,
  used: { readonly analysis: string } | { readonly segment: string },
): Promise<readonly Named[]> {
  const uses = "analysis" in used ? db`${used.analysis}::bigint = any(analyses)` : db`${used.segment}::bigint = any(segments)`;
  return db<Named[]>`
    select dashboard_id as id, name from dashboard where workspace_id = ${workspaceId} and ${uses} order by dashboard_id limit ${USES_MAX}`;
}

/** What is asked and shown can only be opened and looked through: all of one kind by id, from after one on. */
export async function loadSealed(
  db: Db,
  workspaceId: number,
  kind: "analysis" | "dashboard",
  { afterId, limit }: { readonly afterId: string; readonly limit: number },
): Promise<readonly Sealed[]> {
  return kind === "analysis"
    ? db<Sealed[]>`
        select analysis_id as id, name, query as sealed from saved_analysis where workspace_id = ${workspaceId} and analysis_id > ${afterId} order by analysis_id limit ${limit}`
    : db<Sealed[]>`
        select dashboard_id as id, name, content as sealed from dashboard where workspace_id = ${workspaceId} and dashboard_id > ${afterId} order by dashboard_id limit ${limit}`;
}

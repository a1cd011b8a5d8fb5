import type { ExperimentState } from "@terrace/domain/experiments/experiment";
import type { KeptStandings } from "@terrace/domain/experiments/standing";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** What flags have to know of all experiments of a workspace, by their keys. */
export async function loadStandings(sql: Db | Tx, workspaceId: number): Promise<KeptStandings> {
  const rows = await sql<{ id: string; key: string; state: ExperimentState; decided: string | null; tellsGiven: boolean }[]>`
    select experiment_id as id, key, state, case when decision = 'take' then decided_variant end as decided, tells_given as "tellsGiven"
    from experiment where workspace_id = ${workspaceId}`;
  return new Map(rows.map(({ key, decided, ...row }) => [key, { ...row, ...(decided === null ? {} : { decided }) }]));
}

/** Sealed definitions of those of some experiments that are kept. */
export async function loadDefinitions(
  sql: Db | Tx,
  workspaceId: number,
  keys: readonly string[],
): Promise<readonly { readonly key: string; readonly definition: Uint8Array }[]> {
  return sql`select key, definition from experiment where workspace_id = ${workspaceId} and key = any(${[...keys]}::text[])`;
}

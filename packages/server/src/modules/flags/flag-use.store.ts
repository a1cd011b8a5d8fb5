import type { Db } from "../../platform/storage/postgres.ts";

/** How often a flag gave a variant on a day in UTC. */
export type Use = {
  readonly flagId: string;
  readonly environment: string;
  readonly day: string;
  readonly variant: string;
  readonly evaluations: number;
};

/** Adds to what was counted. One statement, so that it needs no transaction; a flag that is gone is passed over. */
export async function addUses(db: Db, workspaceId: number, { flagId, environment, day, variant, evaluations }: Use): Promise<void> {
  await db`
    insert into flag_use (workspace_id, flag_id, environment, day, variant, evaluations)
    select ${workspaceId}, f.flag_id, ${environment}, ${day}, ${variant}, ${evaluations} from flag f
    where f.workspace_id = ${workspaceId} and f.flag_id = ${flagId}
    on conflict (workspace_id, flag_id, day, environment, variant) do update set evaluations = flag_use.evaluations + excluded.evaluations`;
}

export type UseSum = { readonly flagId: string; readonly variants: number; readonly evaluations: number; readonly lastOn: string };

/** What was counted since a day, by flag. */
export async function loadUseSums(db: Db, workspaceId: number, sinceDay: string): Promise<readonly UseSum[]> {
  return db<UseSum[]>`
    select flag_id as "flagId", count(distinct variant)::int as variants, sum(evaluations)::float8 as evaluations, max(day)::text as "lastOn"
    from flag_use where workspace_id = ${workspaceId} and day >= ${sinceDay}::date group by flag_id`;
}

/** Days are kept for the longest report. */
export async function deleteOldUses(db: Db, beforeDay: string): Promise<void> {
  await db`delete from flag_use /* all workspaces: housekeeping */ where day < ${beforeDay}::date`;
}

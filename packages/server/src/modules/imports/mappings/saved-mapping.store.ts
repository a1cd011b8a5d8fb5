import type { ImportPlan } from "@terrace/domain/imports/import-plan";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** A way of reading files that a workspace keeps under a name. */
export type SavedMapping = {
  readonly id: string;
  readonly name: string;
  /** Of the file it was made for. */
  readonly columns: readonly string[];
  readonly plan: ImportPlan;
  readonly by: string;
  readonly updatedAt: Date;
};

/** Most mappings shown; the newest ones. */
const LISTED_MAX = 200;

/** Saved mappings by name. */
export async function listSavedMappings(db: Db, workspaceId: number): Promise<readonly SavedMapping[]> {
  return db<SavedMapping[]>`
    select ${fields(db)} from import_mapping where workspace_id = ${workspaceId} order by name limit ${LISTED_MAX}`;
}

/** Keeps a mapping; one of the same name is replaced. */
export async function upsertSavedMapping(
  tx: Tx,
  workspaceId: number,
  given: Pick<SavedMapping, "name" | "columns" | "plan" | "by">,
): Promise<SavedMapping> {
  const [row] = await tx<SavedMapping[]>`
    insert into import_mapping (workspace_id, name, columns, plan, created_by)
    values (${workspaceId}, ${given.name}, ${tx.json(given.columns)}, (${JSON.stringify(given.plan)}::text)::json, ${given.by})
    on conflict (workspace_id, name) do update set columns = excluded.columns, plan = excluded.plan, created_by = excluded.created_by, updated_at = now()
    returning ${fields(tx)}`;
  if (row === undefined) throw new Error("a mapping was not kept");
  return row;
}

/** Forgets a mapping; answers its name, or undefined when there is none. */
export async function deleteSavedMapping(tx: Tx, workspaceId: number, id: string): Promise<string | undefined> {
  const [row] = await tx<
    { name: string }[]
  >`delete from import_mapping where workspace_id = ${workspaceId} and mapping_id = ${id} returning name`;
  return row?.name;
}

function fields(db: Db | Tx): ReturnType<Db> {
  return db`mapping_id::text as id, name, columns, plan, created_by as by, updated_at as "updatedAt"`;
}

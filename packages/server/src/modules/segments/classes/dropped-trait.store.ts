import type { JsonObject } from "@terrace/domain/json";
import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** A trait that is being taken away from everyone, and the person up to whom that is done. */
export type DroppedTrait = { readonly trait: string; readonly passed: string };

/** Has traits that are reckoned no more taken away from everyone, soon after the transaction commits. */
export async function dropTraits(tx: Tx, workspaceId: number, traits: readonly string[], at: Date): Promise<void> {
  await tx`
    insert into dropped_trait (workspace_id, trait, dropped_at) select ${workspaceId}, n, ${at}::timestamptz from unnest(${[...traits]}::text[]) as n
    on conflict (workspace_id, trait) do update set passed = 0, dropped_at = excluded.dropped_at`;
}

/** Traits that somebody may still have of what was before. */
export async function loadDropped(db: Db | Tx, workspaceId: number): Promise<readonly DroppedTrait[]> {
  return db<DroppedTrait[]>`
    select trait, passed from dropped_trait where workspace_id = ${workspaceId} order by dropped_at, trait limit 1000`;
}

export async function loadDroppingWorkspaces(db: Db): Promise<readonly number[]> {
  const rows = await db<{ id: number }[]>`
    /* all workspaces: each is worked on in turn */ select distinct workspace_id as id from dropped_trait order by id limit 10000`;
  return rows.map(({ id }) => id);
}

/** The next people who have it. */
export async function loadHaving(db: Db, workspaceId: number, { trait, passed }: DroppedTrait, limit: number): Promise<readonly string[]> {
  const rows = await db<{ id: string }[]>`
    select person_id as id from person_profile where workspace_id = ${workspaceId} and person_id > ${passed} and computed ? ${trait}
    order by person_id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** What is reckoned of some people now, locked in the order in which others lock people's traits. */
export async function lockComputed(
  tx: Tx,
  workspaceId: number,
  personIds: readonly string[],
): Promise<readonly { readonly personId: string; readonly computed: JsonObject }[]> {
  return tx<{ personId: string; computed: JsonObject }[]>`
    select person_id as "personId", computed from person_profile
    where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[]) order by person_id for update`;
}

/** Notes how far it is; nothing where it was dropped once more meanwhile, or somebody else was faster. */
export async function passDropped(tx: Tx, workspaceId: number, { trait, passed }: DroppedTrait, to: string): Promise<void> {
  await tx`
    update dropped_trait set passed = ${to} where workspace_id = ${workspaceId} and trait = ${trait} and passed = ${passed}`;
}

/** Notes that nobody has it any more. */
export async function endDropped(tx: Tx, workspaceId: number, { trait, passed }: DroppedTrait): Promise<void> {
  await tx`delete from dropped_trait where workspace_id = ${workspaceId} and trait = ${trait} and passed = ${passed}`;
}

import type { JsonObject } from "@terrace/domain/json";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** The traits of a person since a change, for the event engine; null when there are none any more. `changeSeq` grows with every change, and the newest one counts. */
export type TraitsChange = {
  readonly workspaceId: number;
  readonly personId: string;
  readonly traits: JsonObject | null;
  readonly changeSeq: string;
  /** Every change that this one answers. */
  readonly seqs: readonly string[];
};

/** People of the oldest changes that are not confirmed yet, with their traits. One statement, so that traits are never older than their number. */
export async function loadPendingTraits(db: Db, limit: number): Promise<readonly TraitsChange[]> {
  return db<TraitsChange[]>`
    with oldest as (select change_seq, workspace_id, person_id from trait_change order by change_seq limit ${limit}),
    people as (select workspace_id, person_id, max(change_seq) as newest, array_agg(change_seq::text) as seqs from oldest group by workspace_id, person_id)
    select /* all workspaces: the outbox */ o.workspace_id as "workspaceId", o.person_id::text as "personId", f.traits, o.newest::text as "changeSeq", o.seqs
    from people o left join person_profile f on f.workspace_id = o.workspace_id and f.person_id = o.person_id`;
}

/** Removes changes that the event engine knows. */
export async function deleteConfirmedTraits(db: Db, changes: readonly TraitsChange[]): Promise<void> {
  if (changes.length === 0) return;
  await db`delete /* all workspaces: the outbox */ from trait_change where change_seq = any(${numbers(changes.flatMap(({ seqs }) => seqs))}::bigint[])`;
}

/** Whether the event engine is still to be told of changes of some people. */
export async function areTraitsPending(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<boolean> {
  const [row] = await tx<
    { pending: boolean }[]
  >`select exists (select from trait_change where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[])) as pending`;
  return row?.pending ?? false;
}

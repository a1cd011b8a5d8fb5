import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** A tag of an id since a change, for the event engine. `changeSeq` grows with every change, and the newest one counts. */
export type TagChange = {
  readonly workspaceId: number;
  readonly originId: string;
  readonly tag: string;
  /** The rule that put it on; "0" for one given otherwise. */
  readonly ruleId: string;
  readonly isThere: boolean;
  /** Until when it holds, Unix ms; "0" is for ever. */
  readonly until: string;
  readonly changeSeq: string;
  /** Every change that this one answers. */
  readonly seqs: readonly string[];
};

/** Tags of the oldest changes that are not confirmed yet. One statement, so that a tag is never older than its number. */
export async function loadPendingTags(db: Db, limit: number): Promise<readonly TagChange[]> {
  return db<TagChange[]>`
    with oldest as (select change_seq, workspace_id, origin_id, tag, rule_id from tag_change order by change_seq limit ${limit}),
    tags as (select workspace_id, origin_id, tag, rule_id, max(change_seq) as newest, array_agg(change_seq::text) as seqs from oldest group by workspace_id, origin_id, tag, rule_id)
    select /* all workspaces: the outbox */ o.workspace_id as "workspaceId", o.origin_id::text as "originId", o.tag, o.rule_id::text as "ruleId", t.tag is not null as "isThere",
      coalesce(floor(extract(epoch from t.expires_at) * 1000)::bigint, 0)::text as until, o.newest::text as "changeSeq", o.seqs
    from tags o left join person_tag t on t.workspace_id = o.workspace_id and t.origin_id = o.origin_id and t.tag = o.tag and t.rule_id = o.rule_id`;
}

/** Removes changes that the event engine knows. */
export async function deleteConfirmedTags(db: Db, changes: readonly TagChange[]): Promise<void> {
  if (changes.length === 0) return;
  await db`delete /* all workspaces: the outbox */ from tag_change where change_seq = any(${numbers(changes.flatMap(({ seqs }) => seqs))}::bigint[])`;
}

/** Whether the event engine is still to be told of tags of some ids. */
export async function areTagsPending(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<boolean> {
  const [row] = await tx<
    { pending: boolean }[]
  >`select exists (select from tag_change where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])) as pending`;
  return row?.pending ?? false;
}

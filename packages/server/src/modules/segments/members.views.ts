import type { Tx } from "../../platform/storage/postgres.ts";

export type MembersAsked = { readonly segment: string; readonly without: string | null };

/**
 * A query, to be part of another one, of who is in a segment and not in another: `person_id`, and one of their ids as `origin_id`. Counted in one pass and looked
 * up id by id: what the planner thinks of a segment that was just filled does not matter.
 */
export function membersOf(tx: Tx, workspaceId: number, { segment, without }: MembersAsked) {
  return tx`
    select i.person_id, min(m.person_id) as origin_id from segment_member m cross join lateral (
      select person_id from identity where workspace_id = ${workspaceId} and origin_id = m.person_id offset 0) i
    where m.workspace_id = ${workspaceId} and m.segment_id = any(${[segment, ...(without === null ? [] : [without])]}::bigint[])
    group by i.person_id having not bool_or(m.segment_id is not distinct from ${without}::bigint)`;
}

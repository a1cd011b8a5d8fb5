import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";

/** A member by the id it is kept under. */
export type Member = { readonly segmentId: string; readonly personId: string; readonly why: string };
/** A stay in a segment that began or ended. */
export type Stay = { readonly segmentId: string; readonly personId: string; readonly id: string };

/** Takes members in; answers the stays that begin. Who is in already has one. */
export async function enterMembers(tx: Tx, workspaceId: number, members: readonly Member[], at: Date): Promise<readonly Stay[]> {
  if (members.length === 0) return [];
  const [segments, people] = columnsOf(members);
  await noteForCopy(tx, workspaceId, members, false);
  return tx<Stay[]>`
    insert into segment_member (workspace_id, segment_id, person_id, entered_at, entered_why)
    select ${workspaceId}, n.segment_id, n.person_id, ${at}, n.why
    from unnest(${segments}::bigint[], ${people}::bigint[], ${members.map(({ why }) => why)}::text[]) as n (segment_id, person_id, why)
    on conflict do nothing
    returning segment_id as "segmentId", person_id as "personId", stay_id as id`;
}

/**
 * Takes members out, under every id that is given; answers the stays that end. Rows are looked up one by one (`offset 0`) before they are changed: joined
 * to the table itself, each would be compared with every row there is for as long as the engine takes the table for a small one.
 */
export async function leaveMembers(tx: Tx, workspaceId: number, members: readonly Member[], at: Date): Promise<readonly Stay[]> {
  if (members.length === 0) return [];
  const [segments, people] = columnsOf(members);
  await noteForCopy(tx, workspaceId, members, true);
  return tx<Stay[]>`
    with own as materialized (
      select m.place, n.why from unnest(${segments}::bigint[], ${people}::bigint[], ${members.map(({ why }) => why)}::text[]) as n (segment_id, person_id, why)
      cross join lateral (
        select ctid as place from segment_member where workspace_id = ${workspaceId} and segment_id = n.segment_id and person_id = n.person_id offset 0) m),
    gone as (
      delete from segment_member m using own where m.ctid = own.place
      returning m.segment_id, m.person_id, m.stay_id, m.entered_at, m.entered_why, own.why)
    insert into segment_history (workspace_id, segment_id, person_id, stay_id, entered_at, entered_why, left_at, left_why)
    select ${workspaceId}, segment_id, person_id, stay_id, entered_at, entered_why, ${at}, why from gone
    returning segment_id as "segmentId", person_id as "personId", stay_id as id`;
}

/** The event engine is to be told, in the order of these changes. */
async function noteForCopy(tx: Tx, workspaceId: number, members: readonly Member[], isGone: boolean): Promise<void> {
  const [segments, people] = columnsOf(members);
  await tx`
    insert into segment_change (workspace_id, segment_id, person_id, is_gone)
    select ${workspaceId}, n.segment_id, n.person_id, ${isGone} from unnest(${segments}::bigint[], ${people}::bigint[]) as n (segment_id, person_id)`;
}

export async function changeSizes(tx: Tx, workspaceId: number, deltas: ReadonlyMap<string, number>): Promise<void> {
  const changed = [...deltas].filter(([, by]) => by !== 0);
  if (changed.length === 0) return;
  await tx`
    update segment s set size = s.size + n.by from unnest(${numbers(changed.map(([id]) => id))}::bigint[], ${numbers(changed.map(([, by]) => by))}::integer[]) as n (id, by)
    where s.workspace_id = ${workspaceId} and s.segment_id = n.id`;
}

function columnsOf(members: readonly Member[]): readonly [string, string] {
  return [numbers(members.map(({ segmentId }) => segmentId)), numbers(members.map(({ personId }) => personId))];
}

export type NamingRow = {
  readonly personId: string;
  readonly originId: string;
  readonly kind: string;
  readonly value: string;
  readonly class: string;
};

/** All ids of some people. */
export async function loadNamingIds(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<readonly NamingRow[]> {
  return tx<NamingRow[]>`
    select i.person_id as "personId", i.origin_id as "originId", i.kind, i.value, i.class from unnest(${numbers(personIds)}::bigint[]) as asked (id)
    cross join lateral (select person_id, origin_id, kind, value, class from identity where workspace_id = ${workspaceId} and person_id = asked.id offset 0) as i`;
}

import type { Tx } from "../../platform/storage/postgres.ts";
import type { BatchPlan } from "./batch-plan.ts";
import { isIdentified, type ConflictSeen, type FreshIdentity, type LinkRow, type PersonMove, type PersonRow } from "./person-row.ts";
import { numbers } from "../../platform/storage/bulk-values.ts";

/** A new id in the form it is stored: `value` is a token when `class` is not empty. */
export type IdentityRow = FreshIdentity & { readonly value: string; readonly class: string };

/** Adds ids in id order; answers how many were new. Fewer than given means that another process was first with some. */
export async function insertIdentities(tx: Tx, workspaceId: number, rows: readonly IdentityRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const added = await tx`
    insert into identity (workspace_id, origin_id, person_id, first_seen_ms, last_seen_ms, severed_ms, kind, value, class)
    select ${workspaceId}, fresh.*
    from unnest(${numbers(rows.map((row) => row.originId))}::bigint[], ${numbers(rows.map((row) => row.personId))}::bigint[], ${numbers(rows.map((row) => row.firstMs))}::bigint[], ${numbers(rows.map((row) => row.lastMs))}::bigint[],
      ${numbers(rows.map((row) => row.severedMs))}::bigint[], ${rows.map((row) => row.ref.kind)}::text[], ${rows.map((row) => row.value)}::text[], ${rows.map((row) => row.class)}::text[]) as fresh
    on conflict do nothing`;
  return added.count;
}

/** Widens when stored ids were seen. An upsert, because its way to the row is the same whatever the planner thinks of the table. */
export async function updateSeen(tx: Tx, workspaceId: number, rows: BatchPlan["seen"]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into identity as i (workspace_id, origin_id, person_id, first_seen_ms, last_seen_ms, severed_ms, kind, value)
    select ${workspaceId}, n.origin_id, n.origin_id, n.first_ms, n.last_ms, n.severed_ms, '', ''
    from unnest(${numbers(rows.map((row) => row.originId))}::bigint[], ${numbers(rows.map((row) => row.firstMs))}::bigint[], ${numbers(rows.map((row) => row.lastMs))}::bigint[], ${numbers(rows.map((row) => row.severedMs))}::bigint[]) as n (origin_id, first_ms, last_ms, severed_ms)
    on conflict (workspace_id, origin_id) do update set first_seen_ms = least(i.first_seen_ms, excluded.first_seen_ms), last_seen_ms = greatest(i.last_seen_ms, excluded.last_seen_ms), severed_ms = greatest(i.severed_ms, excluded.severed_ms)`;
}

/** Gives all ids of some people to others and notes it for the event engine. */
export async function movePeople(tx: Tx, workspaceId: number, moves: readonly PersonMove[]): Promise<void> {
  if (moves.length === 0) return;
  await tx`
    with moved as (
      insert into identity (workspace_id, origin_id, person_id, first_seen_ms, kind, value)
      select ${workspaceId}, i.origin_id, m.to_id, i.first_seen_ms, i.kind, i.value
      from unnest(${numbers(moves.map(({ from }) => from))}::bigint[], ${numbers(moves.map(({ to }) => to))}::bigint[]) as m (from_id, to_id)
      cross join lateral (select origin_id, first_seen_ms, kind, value from identity where workspace_id = ${workspaceId} and person_id = m.from_id offset 0) as i
      on conflict (workspace_id, origin_id) do update set person_id = excluded.person_id returning origin_id, person_id)
    insert into person_change (workspace_id, origin_id, person_id) select ${workspaceId}, origin_id, person_id from moved`;
}

/** Gives single ids to other people and notes it for the event engine. */
export async function moveOrigins(
  tx: Tx,
  workspaceId: number,
  moves: readonly { readonly originId: string; readonly personId: string }[],
): Promise<void> {
  if (moves.length === 0) return;
  await tx`
    insert into identity (workspace_id, origin_id, person_id, first_seen_ms, kind, value)
    select ${workspaceId}, n.origin_id, n.person_id, 0, '', '' from unnest(${numbers(moves.map(({ originId }) => originId))}::bigint[], ${numbers(moves.map(({ personId }) => personId))}::bigint[]) as n (origin_id, person_id)
    on conflict (workspace_id, origin_id) do update set person_id = excluded.person_id`;
  await insertChanges(tx, workspaceId, moves);
}

/** Notes for the event engine whose some origins are. */
export async function insertChanges(
  tx: Tx,
  workspaceId: number,
  changes: readonly { readonly originId: string; readonly personId: string }[],
): Promise<void> {
  if (changes.length === 0) return;
  await tx`
    insert into person_change (workspace_id, origin_id, person_id)
    select ${workspaceId}, n.* from unnest(${numbers(changes.map(({ originId }) => originId))}::bigint[], ${numbers(changes.map(({ personId }) => personId))}::bigint[]) as n`;
}

/** Adds people, or puts a person that is there in the given form. `structural` = its ids or links changed, not only when it was seen. */
export async function savePeople(
  tx: Tx,
  workspaceId: number,
  rows: readonly (PersonRow & { readonly structural: boolean })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into person as p (workspace_id, person_id, first_seen_ms, last_seen_ms, joined_at_ms, ids_count, kinds, waived, identified, changed_txid)
    select ${workspaceId}, n.person_id, n.first_ms, n.last_ms, n.joined_ms, n.ids_count, n.kinds, n.waived = 1, n.identified = 1, case n.structural when 1 then pg_current_xact_id() else '0'::xid8 end
    from unnest(${numbers(rows.map((row) => row.personId))}::bigint[], ${numbers(rows.map((row) => row.firstSeenMs))}::bigint[], ${numbers(rows.map((row) => row.lastSeenMs))}::bigint[], ${numbers(rows.map((row) => row.joinedAtMs))}::bigint[],
      ${numbers(rows.map((row) => row.idsCount))}::integer[], ${numbers(rows.map((row) => row.kinds))}::smallint[], ${numbers(rows.map((row) => Number(row.waived)))}::integer[], ${numbers(rows.map((row) => Number(isIdentified(row))))}::integer[],
      ${numbers(rows.map((row) => Number(row.structural)))}::integer[]) as n (person_id, first_ms, last_ms, joined_ms, ids_count, kinds, waived, identified, structural)
    on conflict (workspace_id, person_id) do update set first_seen_ms = excluded.first_seen_ms, last_seen_ms = excluded.last_seen_ms, joined_at_ms = excluded.joined_at_ms, ids_count = excluded.ids_count,
      kinds = excluded.kinds, waived = excluded.waived, identified = excluded.identified, changed_txid = case excluded.changed_txid when '0'::xid8 then p.changed_txid else excluded.changed_txid end`;
}

/** Removes people that have no ids any more, with what is folded of them. */
export async function deletePeople(tx: Tx, workspaceId: number, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  await Promise.all([
    tx`delete from person where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[])`,
    tx`delete from person_profile where workspace_id = ${workspaceId} and person_id = any(${numbers(personIds)}::bigint[])`,
  ]);
}

/** Adds links; times merge with those stored, and whether a link is refused is as given. */
export async function saveLinks(tx: Tx, workspaceId: number, rows: readonly LinkRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into link as l (workspace_id, low, high, first_at_ms, asserted_at_ms, refused)
    select ${workspaceId}, n.* from unnest(${numbers(rows.map((row) => row.low))}::bigint[], ${numbers(rows.map((row) => row.high))}::bigint[], ${numbers(rows.map((row) => row.firstAtMs))}::bigint[],
      ${numbers(rows.map((row) => row.assertedAtMs))}::bigint[], ${rows.map((row) => row.refused)}::text[]) as n
    on conflict (workspace_id, low, high) do update
      set first_at_ms = least(l.first_at_ms, excluded.first_at_ms), asserted_at_ms = greatest(l.asserted_at_ms, excluded.asserted_at_ms), refused = excluded.refused
      where l.first_at_ms > excluded.first_at_ms or excluded.asserted_at_ms > coalesce(l.asserted_at_ms, excluded.asserted_at_ms - 1) or l.refused is distinct from excluded.refused`;
}

/** Counts refused links in the queue; one that was settled by a merge since taken back is open again. */
export async function countConflicts(tx: Tx, workspaceId: number, rows: readonly ConflictSeen[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into merge_conflict as c (workspace_id, low, high, reason, seen, first_seen_ms, last_seen_ms)
    select ${workspaceId}, n.* from unnest(${numbers(rows.map((row) => row.low))}::bigint[], ${numbers(rows.map((row) => row.high))}::bigint[], ${rows.map((row) => row.reason)}::text[], ${numbers(rows.map((row) => row.count))}::integer[],
      ${numbers(rows.map((row) => row.firstMs))}::bigint[], ${numbers(rows.map((row) => row.lastMs))}::bigint[]) as n
    on conflict (workspace_id, low, high) do update
      set seen = c.seen + excluded.seen, reason = excluded.reason, first_seen_ms = least(c.first_seen_ms, excluded.first_seen_ms), last_seen_ms = greatest(c.last_seen_ms, excluded.last_seen_ms),
        state = case when c.state = 'merged' then 'open' else c.state end`;
}

import type { HoldoutGroup } from "@terrace/domain/holdouts/holdout";
import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A turn of a holdout. */
export type Turn = { readonly holdoutId: string; readonly number: number };
/** The group an id was first put into in a turn. */
export type RememberedGroup = Turn & { readonly originId: string; readonly group: HoldoutGroup; readonly at: Date };

type Row = Turn & { readonly originId: string; readonly held: boolean; readonly at: Date };

/** What is remembered of some ids in some turns; the earliest first. Turns that are over cost nothing. */
export async function loadGroupsIn(
  db: Db | Tx,
  workspaceId: number,
  { turns, originIds }: { readonly turns: readonly Turn[]; readonly originIds: readonly string[] },
): Promise<readonly RememberedGroup[]> {
  const rows = await db<Row[]>`
    select g.holdout_id as "holdoutId", g.number, g.origin_id as "originId", g.held, g.at
    from ${turnRows(db, turns)} as turn (holdout_id, number)
    cross join unnest(${numbers(originIds)}::bigint[]) as asked (origin_id)
    cross join lateral (
      select * from holdout_group h
      where h.workspace_id = ${workspaceId} and h.holdout_id = turn.holdout_id and h.number = turn.number and h.origin_id = asked.origin_id offset 0) as g
    order by g.at, g.origin_id`;
  return rows.map(({ held, ...row }) => ({ ...row, group: held ? "held" : "open" }));
}

function turnRows(db: Db | Tx, turns: readonly Turn[]) {
  return db`unnest(${numbers(turns.map(({ holdoutId }) => holdoutId))}::bigint[], ${numbers(turns.map(({ number }) => number))}::integer[])`;
}

/** What is remembered of some ids, of all holdouts; the earliest first. */
export async function loadGroupsOf(db: Db | Tx, workspaceId: number, originIds: readonly string[]): Promise<readonly RememberedGroup[]> {
  const rows = await db<Row[]>`
    select g.holdout_id as "holdoutId", g.number, g.origin_id as "originId", g.held, g.at
    from unnest(${numbers(originIds)}::bigint[]) as asked (origin_id)
    cross join lateral (select * from holdout_group where workspace_id = ${workspaceId} and origin_id = asked.origin_id offset 0) as g
    order by g.at, g.origin_id`;
  return rows.map(({ held, ...row }) => ({ ...row, group: held ? "held" : "open" }));
}

/** Remembers groups given at one time; answers those that were not there yet. */
export async function rememberGroups(
  tx: Tx,
  workspaceId: number,
  groups: readonly Omit<RememberedGroup, "at">[],
  at: Date,
): Promise<readonly (Turn & { readonly originId: string })[]> {
  return tx<(Turn & { originId: string })[]>`
    insert into holdout_group (workspace_id, holdout_id, number, origin_id, held, at)
    select ${workspaceId}, holdout_id, number, origin_id, held = 1, ${at}
    from unnest(${numbers(groups.map(({ holdoutId }) => holdoutId))}::bigint[], ${numbers(groups.map(({ number }) => number))}::integer[],
      ${numbers(groups.map(({ originId }) => originId))}::bigint[], ${numbers(groups.map(({ group }) => (group === "held" ? 1 : 0)))}::integer[])
      as given (holdout_id, number, origin_id, held)
    on conflict do nothing returning holdout_id as "holdoutId", number, origin_id as "originId"`;
}

export type GroupCounts = { readonly held: number; readonly open: number; readonly conflicts: number };

/** People by group in some turns: of joined people the earliest group counts. */
export async function countGroups(db: Db, workspaceId: number, turns: readonly Turn[]): Promise<readonly (Turn & GroupCounts)[]> {
  return db<(Turn & GroupCounts)[]>`
    with person_group as (
      select g.holdout_id, g.number, i.person_id, (array_agg(g.held order by g.at, g.origin_id))[1] as held, count(distinct g.held) > 1 as differs
      from ${turnRows(db, turns)} as turn (holdout_id, number)
      join holdout_group g on g.workspace_id = ${workspaceId} and g.holdout_id = turn.holdout_id and g.number = turn.number
      join identity i on i.workspace_id = ${workspaceId} and i.origin_id = g.origin_id
      group by g.holdout_id, g.number, i.person_id)
    select holdout_id as "holdoutId", number, count(*) filter (where held)::int as held, count(*) filter (where not held)::int as open,
      count(*) filter (where differs)::int as conflicts
    from person_group group by holdout_id, number`;
}

export type AskedPerson = { readonly originId: string; readonly personId: string; readonly group: HoldoutGroup; readonly at: Date };

/** Who was asked about in a turn, each under the id they were asked by, by number from `after` on. */
export async function loadAsked(
  db: Db,
  workspaceId: number,
  { holdoutId, number }: Turn,
  page: { readonly group: HoldoutGroup | undefined; readonly after: string; readonly limit: number },
): Promise<readonly AskedPerson[]> {
  const rows = await db<(Omit<AskedPerson, "group"> & { held: boolean })[]>`
    select g.origin_id as "originId", i.person_id as "personId", g.held, g.at
    from holdout_group g join identity i on i.workspace_id = g.workspace_id and i.origin_id = g.origin_id
    where g.workspace_id = ${workspaceId} and g.holdout_id = ${holdoutId} and g.number = ${number} and g.origin_id > ${page.after}::bigint
      ${page.group === undefined ? db`` : db`and g.held = ${page.group === "held"}`}
    order by g.origin_id limit ${page.limit}`;
  return rows.map(({ held, ...row }) => ({ ...row, group: held ? "held" : "open" }));
}

/** Forgets what is remembered of some ids; answers how many rows went. */
export async function forgetGroups(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const gone = await tx`delete from holdout_group where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`;
  return gone.count;
}

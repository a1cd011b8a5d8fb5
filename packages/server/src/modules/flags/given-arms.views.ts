import { numbers } from "../../platform/storage/bulk-values.ts";
import type { Db } from "../../platform/storage/postgres.ts";

const ROWS_MAX = 1_000;
type Given = { readonly experiment: string; readonly arm: string; readonly at: Date };

/** What some ids were given, the earliest first, as far as a report lists it, and how much it is in all. */
export async function loadGiven(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<{ readonly total: number; readonly rows: readonly Given[] }> {
  const rows = await db<(Given & { readonly total: number })[]>`
    select experiment, arm, at, count(*) over ()::int as total from assignment
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) order by at, experiment, version, origin_id limit ${ROWS_MAX}`;
  return { total: rows[0]?.total ?? 0, rows };
}

type Counts = { readonly people: number; readonly conflicts: number };
export type ConflictRow = { readonly person: string; readonly arms: string[]; readonly holds: string };

/** People of an experiment's newest assignment, those of them whose ids were given different arms, and some of these by when it began. */
export async function loadConflicts(
  db: Db,
  workspaceId: number,
  { experiment, limit }: { readonly experiment: string; readonly limit: number },
): Promise<{ readonly people: number; readonly conflicts: number; readonly items: readonly ConflictRow[] }> {
  const newest = db`(select max(version) from assignment where workspace_id = ${workspaceId} and experiment = ${experiment})`;
  const rows = await db<(Counts & (ConflictRow | { readonly person: null }))[]>`
    with by_person as materialized (
      select coalesce(i.person_id, a.origin_id) as person, min(a.at) as first_at, min(a.arm collate "C") <> max(a.arm collate "C") as differs
      from assignment a left join identity i on i.workspace_id = ${workspaceId} and i.origin_id = a.origin_id
      where a.workspace_id = ${workspaceId} and a.experiment = ${experiment} and a.version = ${newest} group by 1),
    counted as (select count(*)::int as people, count(*) filter (where differs)::int as conflicts from by_person),
    shown as materialized (select person, first_at from by_person where differs order by first_at, person limit ${limit})
    select c.people, c.conflicts, s.person, g.arms[1] as holds, array(select distinct arm from unnest(g.arms) arm order by arm) as arms
    from counted c left join shown s on true
    left join lateral (
      select array_agg(a.arm order by a.at, a.origin_id) as arms from identity i
      join assignment a on a.workspace_id = ${workspaceId} and a.origin_id = i.origin_id and a.experiment = ${experiment} and a.version = ${newest}
      where i.workspace_id = ${workspaceId} and i.person_id = s.person offset 0) g on true
    order by s.first_at, s.person`;
  const { people, conflicts } = rows[0] ?? { people: 0, conflicts: 0 };
  const items = rows.flatMap((row) => (row.person === null ? [] : [{ person: row.person, arms: row.arms, holds: row.holds }]));
  return { people, conflicts, items };
}

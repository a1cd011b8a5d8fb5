import { numbers } from "../../../platform/storage/bulk-values.ts";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** An id that was asked about, with one id of the same person: itself and nobody, where it is not known. */
export type OwnId = { readonly asked: string; readonly originId: string; readonly personId: string | null };

/** All ids of whoever has some ids. */
export async function loadOwnIds(db: Db, workspaceId: number, originIds: readonly string[]): Promise<readonly OwnId[]> {
  return db<OwnId[]>`
    select a.asked, coalesce(j.origin_id, a.asked) as "originId", i.person_id as "personId" from unnest(${numbers(originIds)}::bigint[]) as a (asked)
    left join identity i on i.workspace_id = ${workspaceId} and i.origin_id = a.asked
    left join lateral (select origin_id from identity where workspace_id = ${workspaceId} and person_id = i.person_id offset 0) j on true`;
}

/** Which of some segments these ids are in. */
export async function loadMemberships(
  db: Db,
  workspaceId: number,
  { originIds, segmentIds }: { readonly originIds: readonly string[]; readonly segmentIds: readonly string[] },
): Promise<readonly { readonly originId: string; readonly segmentId: string }[]> {
  return db`
    select o.origin_id as "originId", m.segment_id as "segmentId" from unnest(${numbers(originIds)}::bigint[]) as o (origin_id)
    cross join lateral (
      select segment_id from segment_member
      where workspace_id = ${workspaceId} and person_id = o.origin_id and segment_id = any(${numbers(segmentIds)}::bigint[]) offset 0) m`;
}

export type AssignmentRow = {
  readonly originId: string;
  readonly experiment: string;
  readonly version: number;
  readonly arm: string;
  readonly at: Date;
  /** By which shares it was drawn, where they change; null: they do not, or nothing is known of it. */
  readonly period: number | null;
};

export async function loadAssignments(
  db: Db,
  workspaceId: number,
  { originIds, experiments }: { readonly originIds: readonly string[]; readonly experiments: readonly string[] },
): Promise<readonly AssignmentRow[]> {
  return db<AssignmentRow[]>`
    select origin_id as "originId", experiment, version, arm, at, period from assignment
    where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[]) and experiment = any(${[...experiments]}::text[])`;
}

/** Writes down what was given; what an id was given before stays, unless this was earlier. */
export async function insertAssignments(tx: Db | Tx, workspaceId: number, rows: readonly AssignmentRow[]): Promise<void> {
  await tx`
    insert into assignment (workspace_id, origin_id, experiment, version, arm, at, period)
    select ${workspaceId}, * from unnest(${numbers(rows.map((row) => row.originId))}::bigint[], ${rows.map((row) => row.experiment)}::text[],
      ${numbers(rows.map((row) => row.version))}::integer[], ${rows.map((row) => row.arm)}::text[], ${rows.map((row) => row.at.toISOString())}::text[]::timestamptz[],
      ${numbers(rows.map((row) => row.period))}::integer[])
    on conflict (workspace_id, origin_id, experiment, version) do update set arm = excluded.arm, at = excluded.at, period = excluded.period where excluded.at < assignment.at`;
}

/** The same, and answers which of them had nothing before. */
export async function rememberAssignments(tx: Tx, workspaceId: number, rows: readonly AssignmentRow[]): Promise<readonly AssignmentRow[]> {
  const places = rows.map((_, place) => place);
  const fresh = await tx<{ place: number }[]>`
    with given as (
      select * from unnest(${numbers(places)}::integer[], ${numbers(rows.map((row) => row.originId))}::bigint[], ${rows.map((row) => row.experiment)}::text[],
        ${numbers(rows.map((row) => row.version))}::integer[], ${rows.map((row) => row.arm)}::text[],
        ${rows.map((row) => row.at.toISOString())}::text[]::timestamptz[], ${numbers(rows.map((row) => row.period))}::integer[])
        as g (place, origin_id, experiment, version, arm, at, period)),
    made as (
      insert into assignment (workspace_id, origin_id, experiment, version, arm, at, period)
      select ${workspaceId}, origin_id, experiment, version, arm, at, period from given
      on conflict (workspace_id, origin_id, experiment, version) do nothing returning origin_id, experiment, version)
    select g.place from given g join made m on m.origin_id = g.origin_id and m.experiment = g.experiment and m.version = g.version order by g.place`;
  return fresh.flatMap(({ place }) => rows[place] ?? []);
}

/** Forgets what some ids were given; answers how many rows. */
export async function deleteAssignments(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  return (await tx`delete from assignment where workspace_id = ${workspaceId} and origin_id = any(${numbers(originIds)}::bigint[])`).count;
}

/** Forgets what was given before a time to ids that nobody came to be known by, so many at most; answers how many rows. */
export async function deleteUnknown(db: Db, before: Date, limit: number): Promise<number> {
  return (
    await db`
    delete from assignment /* all workspaces: housekeeping */ where ctid in (
      select a.ctid from assignment a where a.at < ${before}
        and not exists (select from identity i where i.workspace_id = a.workspace_id and i.origin_id = a.origin_id) limit ${limit})`
  ).count;
}

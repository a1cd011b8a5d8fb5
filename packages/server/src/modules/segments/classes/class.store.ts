import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type ClassRow = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** What it is kept for, when it is not changed as a class. */
  readonly managedBy: "pyramid" | null;
};

export const CLASSES_MAX = 20;

/** Classes of a workspace, or the one with a key, in the order in which they were made. */
export async function loadClasses(db: Db | Tx, workspaceId: number, key?: string): Promise<readonly ClassRow[]> {
  return db<ClassRow[]>`
    select class_id as id, key, name, created_at as "createdAt", created_by as "createdBy", managed_by as "managedBy" from person_class
    where workspace_id = ${workspaceId} ${key === undefined ? db`` : db`and key = ${key}`} order by class_id limit 1000`;
}

export type ValueRow = {
  readonly classId: string;
  readonly segmentId: string;
  readonly value: string;
  readonly name: string;
  readonly people: number;
  /** Sealed; null for whoever has none of the others. */
  readonly condition: Uint8Array | null;
};

/** The values of all classes of a workspace, each class's in their order. */
export async function loadValues(db: Db | Tx, workspaceId: number): Promise<readonly ValueRow[]> {
  return db<ValueRow[]>`
    select v.class_id as "classId", v.segment_id as "segmentId", v.value, s.name, s.size as people, v.condition
    from class_value v join segment s on s.workspace_id = ${workspaceId} and s.segment_id = v.segment_id
    where v.workspace_id = ${workspaceId} order by v.class_id, v.position, v.segment_id limit 10000`;
}

/** Makes a class, or gives it another name. */
export async function saveClass(tx: Tx, workspaceId: number, row: Omit<ClassRow, "id">): Promise<string> {
  const [saved] = await tx<{ id: string }[]>`
    insert into person_class (workspace_id, key, name, created_at, created_by, managed_by) values (${workspaceId}, ${row.key}, ${row.name}, ${row.createdAt}, ${row.createdBy}, ${row.managedBy})
    on conflict (workspace_id, key) do update set name = excluded.name returning class_id as id`;
  if (saved === undefined) throw new Error("insert into person_class returned no row");
  return saved.id;
}

export type SavedValue = Pick<ValueRow, "classId" | "segmentId" | "value" | "condition"> & { readonly position: number };

export async function saveValue(tx: Tx, workspaceId: number, row: SavedValue): Promise<void> {
  await tx`
    insert into class_value (segment_id, workspace_id, class_id, position, value, condition)
    values (${row.segmentId}, ${workspaceId}, ${row.classId}, ${row.position}, ${row.value}, ${row.condition})
    on conflict (segment_id) do update set position = excluded.position, condition = excluded.condition where class_value.workspace_id = ${workspaceId}`;
}

export async function deleteClassRow(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from person_class where workspace_id = ${workspaceId} and class_id = ${id}`;
}

export type FlowCount = { readonly step: number; readonly from: string | null; readonly to: string | null; readonly people: number };
export type FlowBounds = readonly { readonly from: Date; readonly to: Date }[];

/** How many went from which value to which between two instants, for each step; who is as before is not in it. Steps count from 1. */
export async function countMoves(db: Db, workspaceId: number, classId: string, bounds: FlowBounds): Promise<readonly FlowCount[]> {
  return db<FlowCount[]>`
    with ${movesOf(db, { workspaceId, classId, bounds })}
    select step::int as step, before as "from", after as "to", count(*)::int as people from moves group by 1, 2, 3 order by 1, 2, 3`;
}

export type MoveAsked = {
  readonly workspaceId: number;
  readonly classId: string;
  readonly bounds: FlowBounds;
  readonly from: string | null;
  readonly to: string | null;
  readonly after: string;
  readonly limit: number;
};

/** People of one flow of one step, in the order of their ids. */
export async function loadMoved(db: Db, asked: MoveAsked): Promise<readonly string[]> {
  const rows = await db<{ id: string }[]>`
    with ${movesOf(db, asked)}
    select person_id as id from moves
    where before is not distinct from ${asked.from}::text and after is not distinct from ${asked.to}::text and person_id > ${asked.after}
    order by person_id limit ${asked.limit}`;
  return rows.map(({ id }) => id);
}

/** Those whose stays changed within a step, with the values that they had just before it began and ended. */
function movesOf(
  db: Db,
  { workspaceId, classId, bounds }: { readonly workspaceId: number; readonly classId: string; readonly bounds: FlowBounds },
) {
  // Looked up person by person: left to itself, the planner reads all stays for each of them while a class is new.
  const valueAt = (instant: "lo" | "hi") => db`
    select v.value from (select origin_id from identity where workspace_id = ${workspaceId} and person_id = m.person_id offset 0) i
    cross join lateral (select segment_id, entered_at, left_at from segment_stay where workspace_id = ${workspaceId} and person_id = i.origin_id offset 0) h
    join class_value v on v.workspace_id = ${workspaceId} and v.class_id = ${classId} and v.segment_id = h.segment_id
    where h.entered_at < m.${db(instant)} and (h.left_at is null or h.left_at >= m.${db(instant)})
    order by v.position limit 1`;
  return db`
    steps as (select * from unnest(${bounds.map(({ from }) => from.toISOString())}::text[]::timestamptz[], ${bounds.map(({ to }) => to.toISOString())}::text[]::timestamptz[]) with ordinality as s (lo, hi, step)),
    moved as (
      select distinct s.step, s.lo, s.hi, i.person_id from steps s
      join class_value v on v.workspace_id = ${workspaceId} and v.class_id = ${classId}
      cross join lateral (
        select person_id from segment_stay where workspace_id = ${workspaceId} and segment_id = v.segment_id and entered_at >= s.lo and entered_at < s.hi
        union all
        select person_id from segment_history where workspace_id = ${workspaceId} and segment_id = v.segment_id and left_at >= s.lo and left_at < s.hi) h
      join identity i on i.workspace_id = ${workspaceId} and i.origin_id = h.person_id),
    moves as (
      select m.step, m.person_id, b.value as before, a.value as after from moved m
      left join lateral (${valueAt("lo")}) b on true left join lateral (${valueAt("hi")}) a on true
      where b.value is distinct from a.value)`;
}

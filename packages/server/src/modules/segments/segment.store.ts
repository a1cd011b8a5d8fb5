import type { Db, Tx } from "../../platform/storage/postgres.ts";
import { keepFromEvaluating } from "./live/engine.store.ts";

/** A segment as stored; what it was made from is sealed, because queries can hold personal values. */
export type SegmentRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: "snapshot" | "rule" | "list" | "combination";
  readonly madeFrom: Uint8Array | null;
  readonly size: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly archivedAt: Date | null;
  readonly copiedAt: Date | null;
  /** What it is kept for, when it is not listed among the segments. */
  readonly managedBy: "tag" | "class" | "population" | "layer" | null;
};

export const SEGMENTS_MAX = 2_000;

/** The number of segments of a workspace, those put away counted. */
export async function countSegments(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from segment where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Waits until nobody else makes or changes segments by rule, and keeps others from it until the transaction ends. */
export async function lockSegments(tx: Tx, workspaceId: number): Promise<void> {
  await tx`select pg_advisory_xact_lock(${SEGMENTS_SPACE}, ${workspaceId})`;
}

/** First key of the advisory locks under which rules of a workspace change one after the other. */
const SEGMENTS_SPACE = 7_261_006;

/** Says that the event engine knows all members, or is told of each as it comes. */
export async function markCopied(tx: Tx, workspaceId: number, id: string, at: Date): Promise<void> {
  await tx`update segment set copied_at = ${at} where workspace_id = ${workspaceId} and segment_id = ${id}`;
}

export type NewSegment = Pick<SegmentRow, "name" | "kind" | "madeFrom" | "createdAt" | "createdBy"> &
  Partial<Pick<SegmentRow, "managedBy">>;

export async function insertSegment(tx: Tx, workspaceId: number, segment: NewSegment): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into segment (workspace_id, name, kind, made_from, created_at, created_by, managed_by)
    values (${workspaceId}, ${segment.name}, ${segment.kind}, ${segment.madeFrom}, ${segment.createdAt}, ${segment.createdBy}, ${segment.managedBy ?? null})
    returning segment_id as id`;
  if (row === undefined) throw new Error("insert into segment returned no row");
  return row.id;
}

/** Takes the people to whom some ids belong now into a snapshot; answers how many of the ids nobody has. */
export async function addMembers(tx: Tx, workspaceId: number, segmentId: string, ids: readonly string[]): Promise<number> {
  const [row] = await tx<{ known: number }[]>`
    with known as (
      select i.person_id from unnest(${[...ids]}::bigint[]) as given (id) join identity i on i.workspace_id = ${workspaceId} and i.origin_id = given.id),
    added as (
      insert into segment_member (workspace_id, segment_id, person_id, entered_at, entered_why)
      select s.workspace_id, s.segment_id, k.person_id, s.created_at, 'snapshot' from segment s cross join (select distinct person_id from known) k
      where s.workspace_id = ${workspaceId} and s.segment_id = ${segmentId} on conflict do nothing)
    select count(*)::int as known from known`;
  return ids.length - (row?.known ?? 0);
}

/** Counts the members and keeps the number. */
export async function saveSize(tx: Tx, workspaceId: number, segmentId: string): Promise<number> {
  const [row] = await tx<{ size: number }[]>`
    update segment set size = (select count(*)::int from segment_member m where m.workspace_id = ${workspaceId} and m.segment_id = ${segmentId})
    where workspace_id = ${workspaceId} and segment_id = ${segmentId} returning size`;
  return row?.size ?? 0;
}

function columns(db: Db | Tx) {
  return db`segment_id as id, name, kind, made_from as "madeFrom", size, created_at as "createdAt", created_by as "createdBy", archived_at as "archivedAt", copied_at as "copiedAt", managed_by as "managedBy"`;
}

export type SegmentQuery = {
  readonly search: string;
  readonly archived: boolean;
  readonly beforeId: string | undefined;
  readonly limit: number;
};

/** The newest first. */
export async function loadSegments(db: Db, workspaceId: number, query: SegmentQuery): Promise<readonly SegmentRow[]> {
  return db<SegmentRow[]>`
    select ${columns(db)} from segment
    where workspace_id = ${workspaceId} and managed_by is null and (archived_at is not null) = ${query.archived}
      ${query.search === "" ? db`` : db`and position(lower(${query.search}) in lower(name)) > 0`}
      ${query.beforeId === undefined ? db`` : db`and segment_id < ${query.beforeId}`}
    order by segment_id desc limit ${query.limit}`;
}

/** The segments whose members are kept by a rule. */
export function isLiveKind(kind: SegmentRow["kind"]): boolean {
  return kind === "rule" || kind === "combination";
}

export async function findSegment(db: Db | Tx, workspaceId: number, id: string): Promise<SegmentRow | undefined> {
  const [row] = await db<SegmentRow[]>`select ${columns(db)} from segment where workspace_id = ${workspaceId} and segment_id = ${id}`;
  return row;
}

/** By id, whether people enter and leave some segments by themselves; those that are not there are left out. */
export async function findSegmentsLive(
  db: Db | Tx,
  workspaceId: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly live: boolean }>> {
  const rows = await db<{ id: string; live: boolean }[]>`
    select segment_id as id, kind in ('rule', 'combination') as live from segment where workspace_id = ${workspaceId} and segment_id = any(${[...ids]}::bigint[])`;
  return new Map(rows.map(({ id, live }) => [id, { live }]));
}

/** Which of some segments there are, those put away counted. */
export async function findSegmentNames(db: Db | Tx, workspaceId: number, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db<{ id: string; name: string }[]>`
    select segment_id as id, name from segment where workspace_id = ${workspaceId} and segment_id = any(${[...ids]}::bigint[])`;
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export type SegmentChange = { readonly name?: string | undefined; readonly archivedAt?: Date | null | undefined };

/** False when there is no such segment. */
export async function updateSegment(tx: Tx, workspaceId: number, id: string, { name, archivedAt }: SegmentChange): Promise<boolean> {
  const changed = await tx`
    update segment set name = coalesce(${name ?? null}, name) ${archivedAt === undefined ? tx`` : tx`, archived_at = ${archivedAt}`}
    where workspace_id = ${workspaceId} and segment_id = ${id}`;
  return changed.count === 1;
}

/** With its members; nobody evaluates, changes its list or begins to use it until the transaction ends. */
export async function deleteSegment(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await keepFromEvaluating(tx, workspaceId);
  await tx`select from segment where workspace_id = ${workspaceId} and segment_id = ${id} for update`;
  await tx`delete from segment_member where workspace_id = ${workspaceId} and segment_id = ${id}`;
  await tx`delete from segment_history where workspace_id = ${workspaceId} and segment_id = ${id}`;
  await tx`delete from segment_change where workspace_id = ${workspaceId} and segment_id = ${id}`;
  await tx`delete from segment where workspace_id = ${workspaceId} and segment_id = ${id}`;
}

/** The segments in which one of a person's ids is. */
export async function loadSegmentsOf(
  db: Db,
  workspaceId: number,
  originIds: readonly string[],
): Promise<readonly Pick<SegmentRow, "id" | "name" | "kind" | "managedBy">[]> {
  return db<Pick<SegmentRow, "id" | "name" | "kind" | "managedBy">[]>`
    select s.segment_id as id, s.name, s.kind, s.managed_by as "managedBy" from segment s
    where s.workspace_id = ${workspaceId} and s.segment_id in (
      select m.segment_id from segment_member m where m.workspace_id = ${workspaceId} and m.person_id = any(${[...originIds]}::bigint[]))
    order by s.segment_id desc limit ${SEGMENTS_MAX}`;
}

/** Takes people out of all segments; answers how many memberships went. */
export async function removeMembers(tx: Tx, workspaceId: number, originIds: readonly string[]): Promise<number> {
  const [row] = await tx<{ removed: number }[]>`
    with removed as (
      delete from segment_member where workspace_id = ${workspaceId} and person_id = any(${[...originIds]}::bigint[]) returning segment_id),
    counted as (select segment_id, count(*)::int as removed from removed group by segment_id),
    resized as (update segment s set size = s.size - c.removed from counted c where s.workspace_id = ${workspaceId} and s.segment_id = c.segment_id)
    select count(*)::int as removed from removed`;
  return row?.removed ?? 0;
}

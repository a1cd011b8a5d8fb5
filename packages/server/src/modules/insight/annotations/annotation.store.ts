import type { Db, Tx } from "../../../platform/storage/postgres.ts";

/** Annotations a workspace may have. */
export const ANNOTATIONS_MAX = 5_000;
const SHOWN_MAX = 500;

export type AnnotationRow = {
  readonly id: string;
  readonly day: string;
  readonly text: Uint8Array;
  readonly createdAt: Date;
  readonly createdBy: string;
};
export type Days = { readonly from: string | undefined; readonly to: string | undefined };

/** The newest of those from a day on and before another, by day. */
export async function loadAnnotations(db: Db, workspaceId: number, { from, to }: Days): Promise<readonly AnnotationRow[]> {
  const rows = await db<AnnotationRow[]>`
    select annotation_id as id, to_char(day, 'YYYY-MM-DD') as day, text, created_at as "createdAt", created_by as "createdBy" from annotation
    where workspace_id = ${workspaceId} and day >= ${from ?? "0001-01-01"}::date and day < ${to ?? "9999-12-31"}::date
    order by annotation.day desc, annotation_id desc limit ${SHOWN_MAX}`;
  return rows.toReversed();
}

export async function findAnnotation(db: Db | Tx, workspaceId: number, id: string): Promise<AnnotationRow | undefined> {
  const [row] = await db<AnnotationRow[]>`
    select annotation_id as id, to_char(day, 'YYYY-MM-DD') as day, text, created_at as "createdAt", created_by as "createdBy" from annotation
    where workspace_id = ${workspaceId} and annotation_id = ${id}`;
  return row;
}

export async function countAnnotations(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from annotation where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Answers the new one's id. */
export async function insertAnnotation(tx: Tx, workspaceId: number, row: Omit<AnnotationRow, "id">): Promise<string> {
  const [made] = await tx<{ id: string }[]>`
    insert into annotation (workspace_id, day, text, created_at, created_by)
    values (${workspaceId}, ${row.day}::date, ${row.text}, ${row.createdAt}, ${row.createdBy}) returning annotation_id as id`;
  if (made === undefined) throw new Error("an insert answered no row");
  return made.id;
}

/** False when there is no such annotation. */
export async function updateAnnotation(
  tx: Tx,
  workspaceId: number,
  id: string,
  row: Pick<AnnotationRow, "day" | "text">,
): Promise<boolean> {
  const changed = await tx`
    update annotation set day = ${row.day}::date, text = ${row.text} where workspace_id = ${workspaceId} and annotation_id = ${id}`;
  return changed.count === 1;
}

/** False when there is no such annotation. */
export async function deleteAnnotation(tx: Tx, workspaceId: number, id: string): Promise<boolean> {
  const gone = await tx`delete from annotation where workspace_id = ${workspaceId} and annotation_id = ${id}`;
  return gone.count === 1;
}

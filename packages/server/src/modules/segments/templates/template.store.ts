import { CONDITION_TEMPLATES_MAX } from "@terrace/contract/api/condition-templates";
import type { Db, Tx } from "../../../platform/storage/postgres.ts";

export type TemplateRow = {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly rule: Uint8Array;
  readonly createdAt: Date;
  readonly createdBy: string;
};

function columns(db: Db | Tx) {
  return db`template_id as id, name, note, rule, created_at as "createdAt", created_by as "createdBy"`;
}

/** All of a workspace, the newest first. */
export async function loadTemplates(db: Db, workspaceId: number): Promise<readonly TemplateRow[]> {
  return db<TemplateRow[]>`
    select ${columns(db)} from condition_template where workspace_id = ${workspaceId} order by template_id desc limit ${CONDITION_TEMPLATES_MAX}`;
}

export async function countTemplates(tx: Tx, workspaceId: number): Promise<number> {
  const [row] = await tx<{ count: number }[]>`select count(*)::int as count from condition_template where workspace_id = ${workspaceId}`;
  return row?.count ?? 0;
}

/** Held until the transaction ends. */
export async function lockTemplate(tx: Tx, workspaceId: number, id: string): Promise<TemplateRow | undefined> {
  const [row] = await tx<TemplateRow[]>`
    select ${columns(tx)} from condition_template where workspace_id = ${workspaceId} and template_id = ${id} for update`;
  return row;
}

export async function insertTemplate(tx: Tx, workspaceId: number, made: Omit<TemplateRow, "id">): Promise<TemplateRow> {
  const [row] = await tx<TemplateRow[]>`
    insert into condition_template (workspace_id, name, note, rule, created_at, created_by)
    values (${workspaceId}, ${made.name}, ${made.note}, ${made.rule}, ${made.createdAt}, ${made.createdBy})
    returning ${columns(tx)}`;
  if (row === undefined) throw new Error("insert into condition_template returned no row");
  return row;
}

export async function saveTemplate(
  tx: Tx,
  workspaceId: number,
  { id, name, note, rule }: Pick<TemplateRow, "id" | "name" | "note" | "rule">,
): Promise<void> {
  await tx`
    update condition_template set name = ${name}, note = ${note}, rule = ${rule} where workspace_id = ${workspaceId} and template_id = ${id}`;
}

export async function deleteTemplate(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from condition_template where workspace_id = ${workspaceId} and template_id = ${id}`;
}

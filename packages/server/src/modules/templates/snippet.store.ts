import { SNIPPETS_MAX } from "@terrace/contract/api/templates-preview";
import type { Db, Tx } from "../../platform/storage/postgres.ts";

export type SnippetStored = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly texts: Uint8Array;
  readonly snippets: readonly string[];
  readonly changedAt: Date;
  readonly changedBy: string;
};

function columns(db: Db | Tx) {
  return db`snippet_id as id, key, name, texts, snippets, changed_at as "changedAt", changed_by as "changedBy"`;
}

/** All of a workspace, by their keys. */
export async function loadSnippets(db: Db | Tx, workspaceId: number): Promise<readonly SnippetStored[]> {
  return db<SnippetStored[]>`
    select ${columns(db)} from message_snippet where workspace_id = ${workspaceId} order by key limit ${SNIPPETS_MAX}`;
}

export async function lockSnippet(tx: Tx, workspaceId: number, id: string): Promise<SnippetStored | undefined> {
  const [row] = await tx<SnippetStored[]>`
    select ${columns(tx)} from message_snippet where workspace_id = ${workspaceId} and snippet_id = ${id} for update`;
  return row;
}

/** Undefined when the key is taken. */
export async function insertSnippet(tx: Tx, workspaceId: number, made: Omit<SnippetStored, "id">): Promise<SnippetStored | undefined> {
  const [row] = await tx<SnippetStored[]>`
    insert into message_snippet (workspace_id, key, name, texts, snippets, changed_at, changed_by)
    values (${workspaceId}, ${made.key}, ${made.name}, ${made.texts}, ${[...made.snippets]}::text[], ${made.changedAt}, ${made.changedBy})
    on conflict (workspace_id, key) do nothing returning ${columns(tx)}`;
  return row;
}

export async function saveSnippet(tx: Tx, workspaceId: number, row: SnippetStored): Promise<void> {
  await tx`
    update message_snippet set name = ${row.name}, texts = ${row.texts}, snippets = ${[...row.snippets]}::text[], changed_at = ${row.changedAt}, changed_by = ${row.changedBy}
    where workspace_id = ${workspaceId} and snippet_id = ${row.id}`;
}

export async function deleteSnippet(tx: Tx, workspaceId: number, id: string): Promise<void> {
  await tx`delete from message_snippet where workspace_id = ${workspaceId} and snippet_id = ${id}`;
}

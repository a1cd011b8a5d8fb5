import type { Db, Tx } from "../../platform/storage/postgres.ts";

/** A note as stored: `body` is encrypted. */
export type NoteRow = { readonly noteId: string; readonly body: Uint8Array; readonly author: string; readonly createdAt: Date };

const NOTES_PER_PERSON_MAX = 200;

/** The newest notes on any id of a person, newest first. */
export async function loadNotes(db: Db, workspaceId: number, personId: string): Promise<readonly NoteRow[]> {
  return db<NoteRow[]>`
    select n.note_id as "noteId", n.body, n.author, n.created_at as "createdAt"
    from identity i join person_note n on n.workspace_id = ${workspaceId} and n.origin_id = i.origin_id
    where i.workspace_id = ${workspaceId} and i.person_id = ${personId} order by n.note_id desc limit ${NOTES_PER_PERSON_MAX}`;
}

/** Adds a note; answers its id. */
export async function insertNote(
  tx: Tx,
  workspaceId: number,
  note: Omit<NoteRow, "noteId"> & { readonly originId: string },
): Promise<string> {
  const [row] = await tx<{ noteId: string }[]>`
    insert into person_note (workspace_id, origin_id, body, author, created_at)
    values (${workspaceId}, ${note.originId}, ${Buffer.from(note.body)}, ${note.author}, ${note.createdAt}) returning note_id as "noteId"`;
  if (row === undefined) throw new Error("an insert answered no row");
  return row.noteId;
}

/** Deletes a note of a person; true when it was there. */
export async function deleteNote(tx: Tx, workspaceId: number, personId: string, noteId: string): Promise<boolean> {
  const gone = await tx`
    delete from person_note n using identity i
    where i.workspace_id = ${workspaceId} and i.person_id = ${personId} and n.workspace_id = ${workspaceId} and n.origin_id = i.origin_id and n.note_id = ${noteId}`;
  return gone.count > 0;
}

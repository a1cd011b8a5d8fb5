import type { PrivacyModule } from "../privacy/module.ts";
import type { NoteRow } from "./note.store.ts";
import type { TagRow } from "./tag.store.ts";

/** A tag as the API answers it. */
export function tagShown(row: Omit<TagRow, "originId" | "personId">) {
  return { tag: row.tag, owner: row.owner, expiresAt: row.expiresAt?.toISOString() ?? null, createdAt: row.createdAt.toISOString() };
}

/** A note as the API answers it. */
export function noteShown(privacy: Pick<PrivacyModule, "decryptPayload">, row: NoteRow) {
  return {
    id: row.noteId,
    text: Buffer.from(privacy.decryptPayload(row.body)).toString("utf8"),
    author: row.author,
    createdAt: row.createdAt.toISOString(),
  };
}

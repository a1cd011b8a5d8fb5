import type { FieldView } from "@terrace/domain/access/field-view";
import type { PrivacyModule } from "../privacy/module.ts";
import { textSeen } from "./field-display.ts";
import type { NoteRow } from "./note.store.ts";
import type { TagRow } from "./tag.store.ts";
import { openText } from "../../platform/sealed-text.ts";

/** A tag as the API answers it. */
export function tagShown(row: Omit<TagRow, "originId" | "personId">) {
  return { tag: row.tag, owner: row.owner, expiresAt: row.expiresAt?.toISOString() ?? null, createdAt: row.createdAt.toISOString() };
}

/** The text of a note as its author wrote it. */
export function noteClear(privacy: Pick<PrivacyModule, "decryptPayload">, row: Pick<NoteRow, "body">): string {
  return openText(privacy, row.body);
}

/** The text of a note as somebody sees it: operators write phone numbers into notes, and those are masked as everywhere. */
export function noteText(privacy: Pick<PrivacyModule, "decryptPayload">, row: Pick<NoteRow, "body">, view: FieldView): string {
  return textSeen(noteClear(privacy, row), view);
}

/** A note as the API answers it. */
export function noteShown(privacy: Pick<PrivacyModule, "decryptPayload">, row: NoteRow, view: FieldView) {
  const clear = noteClear(privacy, row);
  const text = textSeen(clear, view);
  return { id: row.noteId, text, personal: text !== clear, author: row.author, createdAt: row.createdAt.toISOString() };
}

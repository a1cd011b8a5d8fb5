import type { FieldView } from "@terrace/domain/access/field-view";
import type { PrivacyModule } from "../privacy/module.ts";
import { NOTES_TRAIT } from "@terrace/domain/access/field-view";
import type { PersonalClass } from "@terrace/domain/event/feed-event";
import { OUT_OF_SIGHT, personalSeen, textSeen } from "./field-display.ts";
import type { NoteRow } from "./note.store.ts";
import type { TagRow } from "./tag.store.ts";
import { openText } from "../../platform/sealed-text.ts";

/** Classes of personal data that stand in free text without a shape to know them by. */
const UNFINDABLE = ["name", "address"] as const;

/** A tag as the API answers it. */
export function tagShown(row: Omit<TagRow, "originId" | "personId">) {
  return {
    tag: row.tag,
    owner: row.owner,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    rule: row.rule,
    verification: row.verification,
  };
}

/** The text of a note as its author wrote it. */
export function noteClear(privacy: Pick<PrivacyModule, "decryptPayload">, row: Pick<NoteRow, "body">): string {
  return openText(privacy, row.body);
}

/**
 * The text of a note as somebody sees it: operators write phone numbers into notes, and those are masked as everywhere. A role's rule for
 * the trait `$notes` holds for the whole text; names and addresses cannot be found in it, so a role that they are hidden from sees none of it.
 */
export function noteSeen(clear: string, view: FieldView): string {
  const visibility = view.trait(NOTES_TRAIT, "");
  const isKept = visibility !== "clear" || UNFINDABLE.some((personalClass) => view.ofClass(personalClass) === "hidden");
  return isKept ? OUT_OF_SIGHT : textSeen(clear, view);
}

/** What was filled into a form about a person, as somebody sees it: by the class that it is of as a whole, else as a note; a rule for `$notes` holds either way. */
export function formValueSeen(clear: string, personalClass: PersonalClass | null, view: FieldView): string {
  if (personalClass === null) return noteSeen(clear, view);
  return view.trait(NOTES_TRAIT, "") === "clear" ? personalSeen(personalClass, clear, view) : OUT_OF_SIGHT;
}

/** A note as the API answers it; `personal` when a stated reason shows more of it. */
export function noteShown(privacy: Pick<PrivacyModule, "decryptPayload">, row: NoteRow, view: FieldView) {
  const clear = noteClear(privacy, row);
  const text = noteSeen(clear, view);
  const personal = text !== noteSeen(clear, view.unmasked()) || (text !== clear && text !== OUT_OF_SIGHT);
  return { id: row.noteId, text, personal, author: row.author, createdAt: row.createdAt.toISOString() };
}

/** Whether a role's rules keep notes from a caller as a whole, so that they do not stand on the page at all. */
export function areNotesHidden(view: FieldView): boolean {
  return view.trait(NOTES_TRAIT, "") === "hidden";
}

import { openText, sealText } from "../../../platform/sealed-text.ts";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { loadClearNotes, saveSealedNote, type AppointmentRow } from "./appointment.store.ts";

const SEALED_AT_ONCE = 500;

/** What was written when somebody was appointed. */
export function noteOf(
  { privacy }: Pick<SegmentDeps, "privacy">,
  { note, sealedNote }: Pick<AppointmentRow, "note" | "sealedNote">,
): string {
  return sealedNote === null ? note : openText(privacy, sealedNote);
}

/** Seals notes that were written before notes were sealed; answers how many. */
export async function sealClearNotes({ db, privacy }: Pick<SegmentDeps, "db" | "privacy">): Promise<number> {
  return inTransaction(db, async (tx) => {
    const rows = await loadClearNotes(tx, SEALED_AT_ONCE);
    for (const { workspaceId, id, note } of rows) await saveSealedNote(tx, workspaceId, { id, sealedNote: sealText(privacy, note) });
    return rows.length;
  });
}

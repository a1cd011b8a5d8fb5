import type { importSchema } from "@terrace/contract/api/imports";
import type { z } from "zod";
import type { ImportRow } from "./import.store.ts";

/** An import as the API shows it. */
export function presentImport(row: ImportRow): z.input<typeof importSchema> {
  const { id, fileName, kind, state, rowsRead, rowsAccepted, rowsRejected, eventsMade, rowsExpected, asked, repeatOf, failure } = row;
  return {
    id,
    fileName,
    kind,
    state,
    rowsRead,
    rowsAccepted,
    rowsRejected,
    eventsMade,
    rowsExpected,
    asked,
    repeatOf,
    failure,
    by: row.actor,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    hasFile: row.uploadId !== null,
    hasRejected: row.rejectedId !== null && rowsRejected > 0,
    undone:
      row.undoneAt === null || row.undoResult === null
        ? null
        : { at: row.undoneAt.toISOString(), by: row.undoneBy ?? "", consents: 0, ...row.undoResult },
  };
}

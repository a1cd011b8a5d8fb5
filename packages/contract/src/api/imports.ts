import { z } from "zod";
import { pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const json = z.json();
export const IMPORT_KINDS = ["events", "people", "channels"] as const;
export const IMPORT_STATES = ["queued", "running", "paused", "cancelled", "done", "failed", "repeat", "undoing", "undone"] as const;
/** Why a file could not be read or mapped, and what to do about it. */
export const failureSchema = z.object({ code: z.string(), field: z.string(), mend: z.string() });
export const importSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  kind: z.enum(IMPORT_KINDS),
  state: z.enum(IMPORT_STATES),
  rowsRead: z.number().int(),
  rowsAccepted: z.number().int(),
  rowsRejected: z.number().int(),
  eventsMade: z.number().int(),
  rowsExpected: z.number().int().nullable().describe("Lines of the file, as far as they are known before reading"),
  asked: z.enum(["", "pause", "cancel"]).describe("What was asked of a running import and is not done yet"),
  by: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  hasFile: z.boolean().describe("Terrace reads an uploaded file; otherwise a client hands the rows in"),
  hasRejected: z.boolean().describe("There is a file of rejected rows"),
  repeatOf: z.string().nullable().describe("The import of the same file that made this one needless"),
  failure: failureSchema.nullable(),
  undone: z
    .object({
      at: z.string(),
      by: z.string(),
      events: z.number().int().describe("Events removed"),
      traits: z.number().int().describe("Ids whose traits were set back"),
      consents: z.number().int().describe("Lines of the consent ledger taken back"),
    })
    .nullable(),
});
const importParams = workspaceParams.extend({ import: z.string().max(40) });
export const listImports = route({
  id: "listImports",
  tag: "Imports",
  summary: "Imports, newest first",
  method: "GET",
  path: "/api/workspaces/:workspace/imports",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery,
  response: pageOf(importSchema),
});
export const getImport = route({
  id: "getImport",
  tag: "Imports",
  summary: "One import with its counts as they stand",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/:import",
  access: "events:read",
  params: importParams,
  response: importSchema,
});
export const openImport = route({
  id: "openImport",
  tag: "Imports",
  summary: "Open an import of a file, or find the one already made of the same file and mapping",
  method: "POST",
  path: "/api/workspaces/:workspace/imports",
  access: "imports:write",
  params: workspaceParams,
  body: z.object({ fileName: z.string().max(255), fileHash: z.string().max(128), mapping: json }),
  response: importSchema.extend({ resumeAtRow: z.number().int() }),
});
export const addImportRows = route({
  id: "addImportRows",
  tag: "Imports",
  summary: "Hand in the next rows of an import, in file order",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/:import/rows",
  access: "imports:write",
  bodyBytesMax: 8 * 1024 * 1024,
  params: importParams,
  body: z.object({
    fromRow: z.number().int().min(1),
    rows: z.array(z.array(z.string())).max(20_000),
    header: z.array(z.string()).max(2_000).optional().describe("With the first rows"),
    last: z.boolean(),
  }),
  response: z.object({
    import: importSchema,
    rejected: z.array(z.object({ row: z.number().int(), code: z.string(), field: z.string(), detail: z.string() })),
  }),
});
/** What is run: an uploaded file with a mapping. */
export const runBody = z.object({ upload: z.string().max(40), mapping: json });
export const startImport = route({
  id: "startImport",
  tag: "Imports",
  summary: "Import an uploaded file. Terrace reads it by itself; importing a file that is in already changes nothing",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/jobs",
  access: "imports:write",
  params: workspaceParams,
  body: runBody,
  response: importSchema,
});
export const steerImport = route({
  id: "steerImport",
  tag: "Imports",
  summary: "Pause, resume or cancel an import of an uploaded file; what it has imported stays",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/:import/steer",
  access: "imports:write",
  params: importParams,
  body: z.object({ to: z.enum(["pause", "resume", "cancel"]) }),
  response: importSchema,
});
export const downloadRejected = route({
  id: "downloadRejected",
  tag: "Imports",
  summary:
    "The rejected rows of an import as CSV: row, reason, and the original columns. Needs `people:unmask` too, since they are in clear",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/:import/rejected",
  access: "imports:write",
  params: importParams,
  response: z.string(),
});
export const undoImport = route({
  id: "undoImport",
  tag: "Imports",
  summary: "Take an import back: its events and figures are removed and what it said about traits is set back; ids and joins stay",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/:import/undo",
  access: "imports:write",
  params: importParams,
  response: importSchema,
});

export const importRoutes = [
  listImports,
  getImport,
  openImport,
  addImportRows,
  startImport,
  steerImport,
  downloadRejected,
  undoImport,
] as const;

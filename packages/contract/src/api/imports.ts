import { PLAN_KINDS } from "@terrace/domain/imports/import-plan";
import { z } from "zod";
import { BYTES_TYPE, bytesBody, doneResponse, pageOf, pageQuery, route, workspaceParams } from "../route.ts";

const json = z.json();
/** Largest file that can be uploaded. */
export const UPLOAD_BYTES_MAX = 2 * 1024 * 1024 * 1024;
/** Largest piece of a file in one request. */
export const PIECE_BYTES_MAX = 8 * 1024 * 1024;

export const IMPORT_KINDS = ["events", "people", "channels"] as const;
export const IMPORT_STATES = ["queued", "running", "paused", "cancelled", "done", "failed", "repeat", "undoing", "undone"] as const;

const failureSchema = z.object({ code: z.string(), field: z.string(), mend: z.string() });
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

export const uploadSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  bytes: z.number().int(),
  offset: z.number().int().describe("Bytes that are here; go on from there"),
});
const uploadParams = workspaceParams.extend({ upload: z.string().max(40) });
export const createUpload = route({
  id: "createUpload",
  tag: "Imports",
  summary: "Begin to upload a file that is to be imported; it is kept for two days, or as long as its import can be undone",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/uploads",
  access: "imports:write",
  params: workspaceParams,
  body: z.object({ fileName: z.string().min(1).max(255), bytes: z.number().int().min(1).max(UPLOAD_BYTES_MAX) }),
  response: uploadSchema,
});
export const appendUpload = route({
  id: "appendUpload",
  tag: "Imports",
  summary: "Add the next bytes of a file, as in tus: the header `upload-offset` says where they begin",
  method: "PATCH",
  path: "/api/workspaces/:workspace/imports/uploads/:upload",
  access: "imports:write",
  bodyBytesMax: PIECE_BYTES_MAX,
  bodyType: BYTES_TYPE,
  params: uploadParams,
  body: bytesBody,
  response: uploadSchema,
});
export const getUpload = route({
  id: "getUpload",
  tag: "Imports",
  summary: "How far an upload is; HEAD answers the headers `upload-offset` and `upload-length` alone",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/uploads/:upload",
  access: "imports:write",
  answersHead: true,
  params: uploadParams,
  response: uploadSchema,
});
export const deleteUpload = route({
  id: "deleteUpload",
  tag: "Imports",
  summary: "Erase an uploaded file that no import has begun to read",
  method: "DELETE",
  path: "/api/workspaces/:workspace/imports/uploads/:upload",
  access: "imports:write",
  params: uploadParams,
  response: doneResponse,
});

export const planSchema = z.object({
  kind: z.enum(PLAN_KINDS),
  zone: z.string().max(64),
  currency: z.string().max(8),
  timeFormat: z.string().max(64),
  eventName: z.string().max(255),
  columns: z
    .array(
      z.object({
        column: z.string().max(255),
        use: z.string().max(400).describe("e.g. id:phone, time, order:revenue, trait:string:city, consent:marketing:sms, skip"),
      }),
    )
    .max(2_000),
  unpaid: z.string().max(200),
  refunded: z.string().max(200),
  paidOnly: z.boolean(),
  consentAt: z.string().max(40).optional().describe("When people chose about consent, where no column says it: a day or a time"),
});
export const FILE_FORMATS = ["csv", "jsonl", "xlsx", "parquet"] as const;
export const FILE_ENCODINGS = ["utf-8", "gb18030", "utf-16le", "utf-16be"] as const;
export const previewUpload = route({
  id: "previewUpload",
  tag: "Imports",
  summary: "The first rows of an uploaded file, what it was recognised as, and a suggestion what its columns stand for",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/uploads/:upload/preview",
  access: "imports:write",
  params: uploadParams,
  body: z.object({
    kind: z.enum(PLAN_KINDS).optional(),
    preset: z.string().max(80).optional().describe("Read the file as this export; `none` = as none that is known"),
    sheet: z.string().max(255).optional(),
    headerRow: z.number().int().min(1).max(100).optional(),
    encoding: z.enum(FILE_ENCODINGS).optional(),
    delimiter: z.string().length(1).optional(),
  }),
  response: z.object({
    format: z.enum(FILE_FORMATS),
    encoding: z.enum(FILE_ENCODINGS),
    delimiter: z.string(),
    sheets: z.array(z.string()),
    sheet: z.string().nullable(),
    headerRow: z.number().int(),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    rows: z.array(z.array(z.string())),
    preset: z.string().nullable(),
    plan: planSchema,
    file: json.describe("The part `file` of a mapping that reads the file like this"),
    saved: z
      .array(z.object({ id: z.string(), name: z.string(), plan: planSchema }))
      .describe("Saved mappings for files with these columns"),
  }),
});

const runBody = z.object({ upload: z.string().max(40), mapping: json });
export const trialSchema = z.object({
  id: z.string(),
  state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
  rowsRead: z.number().int(),
  failure: failureSchema.nullable(),
  result: z
    .object({
      rows: z.number().int(),
      events: z.number().int(),
      rejected: z.number().int(),
      names: z.array(z.object({ name: z.string(), events: z.number().int() })),
      reasons: z.array(z.object({ code: z.string(), field: z.string(), detail: z.string(), rows: z.number().int() })),
      samples: z.array(
        z.object({ name: z.string(), time: z.string().nullable(), ids: z.array(z.string()), properties: json, traits: json }),
      ),
      firstTime: z.string().nullable(),
      lastTime: z.string().nullable(),
    })
    .nullable(),
});
export const startTrial = route({
  id: "startTrial",
  tag: "Imports",
  summary: "Dry run: read and map a whole uploaded file without changing anything",
  method: "POST",
  path: "/api/workspaces/:workspace/imports/trials",
  access: "imports:write",
  params: workspaceParams,
  body: runBody,
  response: trialSchema,
});
export const getTrial = route({
  id: "getTrial",
  tag: "Imports",
  summary: "A dry run and, once it is done, what it found",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/trials/:trial",
  access: "imports:write",
  params: workspaceParams.extend({ trial: z.string().max(40) }),
  response: trialSchema,
});
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

const savedMappingSchema = z.object({
  id: z.string(),
  name: z.string(),
  columns: z.array(z.string()),
  plan: planSchema,
  by: z.string(),
  updatedAt: z.string(),
});
export const listMappings = route({
  id: "listMappings",
  tag: "Imports",
  summary: "Saved mappings, by name",
  method: "GET",
  path: "/api/workspaces/:workspace/imports/mappings",
  access: "imports:write",
  params: workspaceParams,
  response: z.object({ items: z.array(savedMappingSchema) }),
});
export const saveMapping = route({
  id: "saveMapping",
  tag: "Imports",
  summary: "Keep a mapping under a name; one of the same name is replaced",
  method: "PUT",
  path: "/api/workspaces/:workspace/imports/mappings",
  access: "imports:write",
  params: workspaceParams,
  body: z.object({ name: z.string().trim().min(1).max(80), columns: z.array(z.string().max(255)).max(2_000), plan: planSchema }),
  response: savedMappingSchema,
});
export const deleteMapping = route({
  id: "deleteMapping",
  tag: "Imports",
  summary: "Forget a saved mapping; imports made with it stay",
  method: "DELETE",
  path: "/api/workspaces/:workspace/imports/mappings/:mapping",
  access: "imports:write",
  params: workspaceParams.extend({ mapping: z.string().max(40) }),
  response: doneResponse,
});

const day = z.iso.date();
const dayRange = {
  from: day.optional().describe("First day; default: all"),
  to: day.optional().describe("Last day, included; default: all"),
};
const figures = { exposures: z.number(), clicks: z.number(), cost: z.number(), currency: z.string() };
export const listChannelFigures = route({
  id: "listChannelFigures",
  tag: "Imports",
  summary:
    "Exposures, clicks and cost by day, channel and campaign as they were imported, newest day first; of several imports the newest counts",
  method: "GET",
  path: "/api/workspaces/:workspace/channel-figures",
  access: "events:read",
  params: workspaceParams,
  query: pageQuery.extend(dayRange),
  response: pageOf(z.object({ day: z.string(), channel: z.string(), campaign: z.string(), ...figures })),
});
export const getChannelTotals = route({
  id: "getChannelTotals",
  tag: "Imports",
  summary: "Imported exposures, clicks and cost summed up by channel or by day, each currency apart",
  method: "GET",
  path: "/api/workspaces/:workspace/channel-figures/totals",
  access: "events:read",
  params: workspaceParams,
  query: z.object({ by: z.enum(["channel", "day"]).default("channel"), ...dayRange }),
  response: z.object({
    items: z.array(z.object({ key: z.string().describe("The channel, or the day"), ...figures })),
    complete: z.boolean().describe("False: there are more than are listed"),
  }),
});

export const importRoutes = [
  listChannelFigures,
  getChannelTotals,
  listImports,
  getImport,
  openImport,
  addImportRows,
  createUpload,
  appendUpload,
  getUpload,
  deleteUpload,
  previewUpload,
  startTrial,
  getTrial,
  startImport,
  steerImport,
  downloadRejected,
  undoImport,
  listMappings,
  saveMapping,
  deleteMapping,
] as const;

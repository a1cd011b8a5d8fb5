import { PLAN_KINDS } from "@terrace/domain/imports/import-plan";
import { z } from "zod";
import { BYTES_TYPE, bytesBody, doneResponse, route, workspaceParams } from "../route.ts";
import { planSchema } from "./import-mappings.ts";

/** Largest file that can be uploaded. */
export const UPLOAD_BYTES_MAX = 2 * 1024 * 1024 * 1024;
/** Largest piece of a file in one request. */
export const PIECE_BYTES_MAX = 8 * 1024 * 1024;
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
    file: z.json().describe("The part `file` of a mapping that reads the file like this"),
    saved: z
      .array(z.object({ id: z.string(), name: z.string(), plan: planSchema }))
      .describe("Saved mappings for files with these columns"),
  }),
});

export const importUploadRoutes = [createUpload, appendUpload, getUpload, deleteUpload, previewUpload] as const;

import { appendUpload, createUpload, deleteUpload, getUpload } from "@terrace/contract/api/import-uploads";
import { DONE } from "@terrace/contract/route";
import type { Blobs } from "../../../platform/blobs/blobs.ts";
import { faultError } from "../../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../../platform/storage/postgres.ts";
import type { AccessModule } from "../../access/module.ts";
import { findUpload, insertUpload, isUploadUsed, type UploadRow } from "./upload.store.ts";

/** What blobs of uploads are for. */
export const UPLOAD_PURPOSE = "import.upload";
const ID = /^[1-9]\d{0,17}$/;

export type UploadDeps = { readonly db: Db; readonly blobs: Blobs; readonly audit: AccessModule["audit"] };

/** Uploading files piece by piece: a piece is taken where the file ends, so an upload that broke off goes on from there. */
export function uploadRoutes(deps: UploadDeps): readonly RouteHandler[] {
  const { db, blobs } = deps;
  return [
    handle(createUpload, async ({ body }, { workspaceId, actor, ip }) => {
      const id = await inTransaction(db, async (tx) => {
        const blob = await blobs.create(tx, workspaceId, { purpose: UPLOAD_PURPOSE, name: body.fileName });
        await insertUpload(tx, workspaceId, { id: blob, fileName: body.fileName, bytes: body.bytes, actor });
        const detail = { file: body.fileName, bytes: body.bytes };
        await deps.audit(tx, { workspaceId, actor, action: "import.upload", target: `upload:${blob}`, detail, ip });
        return blob;
      });
      return { id, fileName: body.fileName, bytes: body.bytes, offset: 0 };
    }),
    handle(appendUpload, async ({ params, body }, context) => {
      const upload = await requireUpload(db, context.workspaceId, params.upload);
      const offset = offsetOf(context);
      if (offset !== upload.offset) throw outOfStep(upload);
      if (offset + body.length > upload.bytes)
        throw faultError("request.too_large", { field: "body", mend: `The file was announced with ${upload.bytes} bytes` });
      const sealed = await blobs.seal(body);
      const ref = { workspaceId: context.workspaceId, id: upload.id };
      const isTaken = await inTransaction(db, (tx) => blobs.append(tx, ref, offset, sealed));
      if (!isTaken) throw outOfStep(await requireUpload(db, context.workspaceId, params.upload));
      return answer({ ...upload, offset: offset + body.length }, context);
    }),
    handle(getUpload, async ({ params }, context) => answer(await requireUpload(db, context.workspaceId, params.upload), context)),
    handle(deleteUpload, async ({ params }, { workspaceId, actor, ip }) => {
      const upload = await requireUpload(db, workspaceId, params.upload);
      await inTransaction(db, async (tx) => {
        if (await isUploadUsed(tx, workspaceId, upload.id))
          throw faultError("import.under_way", { field: "upload", mend: "An import uses this file; undo or cancel that first" });
        await blobs.erase(tx, { workspaceId, id: upload.id });
        await deps.audit(tx, {
          workspaceId,
          actor,
          action: "import.upload_erase",
          target: `upload:${upload.id}`,
          detail: { file: upload.fileName },
          ip,
        });
      });
      return DONE;
    }),
  ];
}

/** An upload of the workspace. Throws `import.upload_not_found`. */
export async function requireUpload(db: Db, workspaceId: number, id: string): Promise<UploadRow> {
  const upload = ID.test(id) ? await findUpload(db, workspaceId, id) : undefined;
  if (upload === undefined) throw faultError("import.upload_not_found", { field: "upload", mend: "Upload the file again" });
  return upload;
}

/** An upload that is here to its last byte. Throws `import.upload_incomplete`. */
export async function requireWholeUpload(db: Db, workspaceId: number, id: string): Promise<UploadRow> {
  const upload = await requireUpload(db, workspaceId, id);
  if (upload.offset < upload.bytes)
    throw faultError("import.upload_incomplete", {
      field: "upload",
      mend: `Go on with byte ${upload.offset} of ${upload.bytes}`,
      details: { offset: upload.offset },
    });
  return upload;
}

function offsetOf({ readHeader }: RouteContext): number {
  const text = readHeader("upload-offset") ?? "";
  if (!/^\d{1,15}$/.test(text))
    throw faultError("request.invalid", { field: "upload-offset", mend: "Say in the header upload-offset where the piece begins" });
  return Number(text);
}

function outOfStep({ offset }: UploadRow): Error {
  return faultError("import.upload_offset", { field: "upload-offset", mend: `Go on with byte ${offset}`, details: { offset } });
}

function answer(upload: UploadRow, { setHeader }: RouteContext): UploadRow {
  setHeader("upload-offset", String(upload.offset));
  setHeader("upload-length", String(upload.bytes));
  return upload;
}

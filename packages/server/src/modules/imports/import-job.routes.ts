import { downloadRejected, startImport, steerImport, undoImport } from "@terrace/contract/api/imports";
import { getTrial, startTrial, type trialSchema } from "@terrace/contract/api/import-trials";
import { previewUpload } from "@terrace/contract/api/import-uploads";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import { Readable } from "node:stream";
import type { z } from "zod";
import type { Blobs } from "../../platform/blobs/blobs.ts";
import { faultError, valueOrThrow } from "../../platform/http/fault-error.ts";
import { handle, type RouteContext, type RouteHandler } from "../../platform/http/handler.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { askImport, askUndo, resumeJob } from "./import-job.store.ts";
import { requireImport } from "./import.routes.ts";
import { presentImport } from "./present-import.ts";
import { previewFile, type Preview } from "./preview.ts";
import { queueImport } from "./queue-import.ts";
import { FileUnreadable } from "./readers/byte-source.ts";
import { listSavedMappings, type SavedMapping } from "./mappings/saved-mapping.store.ts";
import { findTrial, insertTrial, type TrialRow } from "./trials/trial.store.ts";
import { requireWholeUpload } from "./uploads/upload.routes.ts";
import { uploadSource } from "./uploads/upload-source.ts";
import { openText } from "../../platform/sealed-text.ts";

export type ImportJobDeps = {
  readonly db: Db;
  readonly blobs: Blobs;
  readonly privacy: Pick<PrivacyModule, "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
};

/** Imports that Terrace runs by itself: look at the file, try, run, steer, fetch the rejected rows. */
export function importJobRoutes(deps: ImportJobDeps): readonly RouteHandler[] {
  const { db } = deps;
  return [
    previewRoute(deps),
    handle(startTrial, async ({ body }, { workspaceId }) => {
      valueOrThrow(readMapping(body.mapping));
      const upload = await requireWholeUpload(db, workspaceId, body.upload);
      const trial = await inTransaction(db, (tx) => insertTrial(tx, workspaceId, { uploadId: upload.id, mapping: body.mapping }));
      return presentTrial(deps, trial);
    }),
    handle(getTrial, async ({ params }, context) => {
      requireUnmask(context);
      const trial = /^[1-9]\d{0,17}$/.test(params.trial) ? await findTrial(db, context.workspaceId, params.trial) : undefined;
      if (trial === undefined) throw faultError("import.not_found", { field: "trial" });
      return presentTrial(deps, trial);
    }),
    handle(startImport, async ({ body: { upload, mapping } }, context) => {
      const { id: blobId, fileName } = await requireWholeUpload(db, context.workspaceId, upload);
      return presentImport(await inTransaction(db, (tx) => queueImport(deps, tx, context, { file: { blobId, fileName }, mapping })));
    }),
    steerRoute(deps),
    rejectedRoute(deps),
    undoRoute(deps),
  ];
}

function steerRoute(deps: ImportJobDeps): RouteHandler {
  const { db } = deps;
  return handle(steerImport, async ({ params, body }, { workspaceId, actor, ip }) => {
    const { id, fileName } = await requireImport(db, workspaceId, params.import);
    const row = await inTransaction(db, async (tx) => {
      const steered = await (body.to === "resume" ? resumeJob(tx, workspaceId, id) : askImport(tx, workspaceId, id, body.to));
      if (steered === undefined)
        throw faultError("import.not_steerable", {
          field: "to",
          mend: "Only imports of uploaded files that are not over can be steered",
        });
      await deps.audit(tx, {
        workspaceId,
        actor,
        action: `import.ask_${body.to}`,
        target: `import:${id}`,
        detail: { file: fileName },
        ip,
      });
      return steered;
    });
    return presentImport(row);
  });
}

function rejectedRoute(deps: ImportJobDeps): RouteHandler {
  const { db } = deps;
  return handle(downloadRejected, async ({ params }, context) => {
    requireUnmask(context);
    const { workspaceId, actor, ip, setHeader } = context;
    const row = await requireImport(db, workspaceId, params.import);
    const { rejectedId } = row;
    if (rejectedId === null || row.rowsRejected === 0)
      throw faultError("not_found", { mend: "No row of this import was rejected, or its files were cleared up" });
    await inTransaction(db, (tx) =>
      deps.audit(tx, {
        workspaceId,
        actor,
        action: "import.download_rejected",
        target: `import:${row.id}`,
        detail: { file: row.fileName },
        ip,
      }),
    );
    setHeader("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`${row.fileName}.rejected.csv`)}`);
    return {
      stream: Readable.from(deps.blobs.read({ workspaceId, id: rejectedId }), { objectMode: false }),
      contentType: "text/csv; charset=utf-8",
    };
  });
}

function undoRoute({ db, audit }: ImportJobDeps): RouteHandler {
  return handle(undoImport, async ({ params }, { workspaceId, actor, ip }) => {
    const { id, fileName } = await requireImport(db, workspaceId, params.import);
    const row = await inTransaction(db, async (tx) => {
      const asked = await askUndo(tx, workspaceId, id, actor);
      if (asked === undefined)
        throw faultError("import.not_undoable", { field: "import", mend: "Pause or cancel it first, or wait until it is over" });
      await audit(tx, { workspaceId, actor, action: "import.ask_undo", target: `import:${id}`, detail: { file: fileName }, ip });
      return asked;
    });
    return presentImport(row);
  });
}

function previewRoute(deps: ImportJobDeps): RouteHandler {
  return handle(previewUpload, async ({ params, body }, context) => {
    requireUnmask(context);
    const { workspaceId, actor, ip } = context;
    const upload = await requireWholeUpload(deps.db, workspaceId, params.upload);
    const workspace = await deps.workspace(workspaceId);
    const preview = await readable(
      previewFile(uploadSource(deps.blobs, workspaceId, upload), body, {
        zone: workspace?.timeZone ?? "UTC",
        currency: workspace?.currency ?? "",
      }),
    );
    const detail = { file: upload.fileName, rows: preview.rows.length };
    await inTransaction(deps.db, (tx) =>
      deps.audit(tx, { workspaceId, actor, action: "import.preview", target: `upload:${upload.id}`, detail, ip }),
    );
    return presentPreview(preview, await listSavedMappings(deps.db, workspaceId));
  });
}

/** Files show personal values as they are, so whoever looks into one must be allowed to see them. */
function requireUnmask({ may }: RouteContext): void {
  if (!may("people:unmask"))
    throw faultError("role.not_allowed", {
      field: "people:unmask",
      mend: "Files show personal values in clear; ask for a role that may see them",
    });
}

function presentTrial(deps: ImportJobDeps, { id, state, rowsRead, failure, result }: TrialRow) {
  return {
    id,
    state,
    rowsRead,
    failure,
    // Written by `runTrial` in this shape; encryption authenticates it.
    result: result === null ? null : (JSON.parse(openText(deps.privacy, result)) as z.input<typeof trialSchema>["result"]),
  };
}

function presentPreview({ sheets, columns, rows, plan, ...rest }: Preview, saved: readonly SavedMapping[]) {
  const names = new Set(columns.map(({ name }) => name));
  return {
    ...rest,
    sheets: [...sheets],
    columns: [...columns],
    rows: rows.map((row) => [...row]),
    plan: { ...plan, columns: [...plan.columns] },
    // One that wants a column which is not there would only be refused.
    saved: saved
      .filter((mapping) => mapping.plan.columns.every(({ column, use }) => use === "skip" || names.has(column)))
      .map(({ id, name, plan }) => ({ id, name, plan: { ...plan, columns: [...plan.columns] } })),
  };
}

async function readable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FileUnreadable)
      throw faultError("import.file_unreadable", { field: "file", mend: error.message, details: { reason: error.reason } });
    throw error;
  }
}

import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import { valueOrThrow } from "../../platform/http/fault-error.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import { hashOfMapping, type ImportActor } from "./import.commands.ts";
import { insertImportJob } from "./import-job.store.ts";
import type { ImportRow } from "./import.store.ts";
import { insertUpload } from "./uploads/upload.store.ts";

type QueueDeps = { readonly audit: AccessModule["audit"] };

/** A whole file in a blob of purpose `UPLOAD_PURPOSE`. */
export type StoredFile = { readonly blobId: string; readonly fileName: string };

/** Registers a blob as an uploaded file and queues its import; answers the import's id. Throws `import.mapping_invalid`. */
export type QueueFile = (
  tx: Tx,
  who: ImportActor,
  file: StoredFile & { readonly bytes: number; readonly mapping: Json },
) => Promise<string>;

export function queueFile(deps: QueueDeps): QueueFile {
  return async (tx, who, { mapping, ...file }) => {
    await insertUpload(tx, who.workspaceId, { ...file, id: file.blobId, actor: who.actor });
    return (await queueImport(deps, tx, who, { file, mapping })).id;
  };
}

/** Queues the import of an uploaded file; a worker begins it by itself. Throws `import.mapping_invalid`. */
export async function queueImport(
  { audit }: QueueDeps,
  tx: Tx,
  { workspaceId, actor, ip }: ImportActor,
  { file, mapping }: { readonly file: StoredFile; readonly mapping: Json },
): Promise<ImportRow> {
  const { kind } = valueOrThrow(readMapping(mapping));
  const { fileName, blobId: uploadId } = file;
  const row = await insertImportJob(tx, workspaceId, { fileName, mapping, mappingHash: hashOfMapping(mapping), kind, uploadId, actor });
  await audit(tx, { workspaceId, actor, action: "import.open", target: `import:${row.id}`, detail: { file: fileName, kind }, ip });
  return row;
}

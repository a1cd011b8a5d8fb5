import type { AuditActionOf } from "@terrace/contract/audit-actions";
import { bindMapping, type RowMapper } from "@terrace/domain/imports/map-rows";
import type { Mapping } from "@terrace/domain/imports/mapping";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import type { Blobs } from "../../platform/blobs/blobs.ts";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import { fingerprint, readChunks, type FileChunk } from "./file-reader.ts";
import { beginImport, endAsFailed, endAsRepeat, keepLease, obey } from "./import-job.store.ts";
import { countUndone, findImport, lockImportOfFile, wasImportedOtherwise, type ImportFailure, type ImportRow } from "./import.store.ts";
import { FileUnreadable, type ByteSource } from "./readers/byte-source.ts";
import { appendRejected, REJECTED_PURPOSE, rejectedHeader, rejectedLines } from "./rejected-file.ts";
import { takeRows, type ImportDeps, type StepWork } from "./take-rows.ts";
import { findUpload } from "./uploads/upload.store.ts";
import { uploadSource } from "./uploads/upload-source.ts";

export type RunDeps = ImportDeps & {
  readonly blobs: Blobs;
  /** Resolved when the feed has room: live events must not wait behind a whole file. */
  readonly feedHasRoom: () => Promise<void>;
  /** Aborted when the worker is to stop: the import goes on elsewhere, later. */
  readonly signal: AbortSignal;
};

/** Rows of a step: enough for full batches, few enough that pausing takes effect at once. */
const GROUPED_ROWS = 10_000;
const SINGLE_ROWS = 4_000;
const CHUNK_BYTES_MAX = 4 * 1024 * 1024;
const HOLD_EVERY_MS = 3_000;

/** The import cannot go on; `failure` is for who started it. */
class ImportStopped extends Error {
  readonly failure: ImportFailure;
  constructor(failure: ImportFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** Runs an import of an uploaded file from where it stands to its end, or until it is asked to pause, cancelled, or the worker stops. */
export async function runImport(deps: RunDeps, claimed: ImportRow): Promise<void> {
  try {
    if (claimed.asked !== "") return await inTransaction(deps.db, (tx) => obey(tx, claimed));
    const mapping = mappingOf(claimed.mapping);
    const source = await sourceOf(deps, claimed);
    const row = claimed.state === "queued" ? await begin(deps, claimed, source, mapping) : claimed;
    if (row !== undefined) await readOn(deps, row, source, mapping);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    await inTransaction(deps.db, async (tx) => {
      await endAsFailed(tx, claimed, failure);
      await audit(deps, tx, claimed, { action: "import.fail", detail: { code: failure.code } });
    });
  }
}

/** What went wrong for good, to be told to who started the import; undefined when trying again may help. */
export function failureOf(error: unknown): ImportFailure | undefined {
  if (error instanceof ImportStopped) return error.failure;
  return error instanceof FileUnreadable ? { code: "import.file_unreadable", field: "file", mend: error.message } : undefined;
}

/** A mapping as it is stored; throws what `failureOf` understands when it is not valid any more. */
export function mappingOf(stored: Json): Mapping {
  const mapping = readMapping(stored);
  if (!mapping.ok) throw stopped(mapping.fault);
  return mapping.value;
}

/** The mapping fitted to the columns of the file. */
export function mapperOf(mapping: Mapping, header: readonly string[]): RowMapper {
  const bound = bindMapping(mapping, header);
  if (!bound.ok) throw stopped(bound.fault);
  return bound.value;
}

function stopped({
  code,
  field = "",
  mend = "",
}: {
  readonly code: string;
  readonly field?: string;
  readonly mend?: string;
}): ImportStopped {
  return new ImportStopped({ code, field, mend });
}

async function sourceOf(deps: RunDeps, { workspaceId, uploadId }: ImportRow): Promise<ByteSource> {
  const upload = uploadId === null ? undefined : await findUpload(deps.db, workspaceId, uploadId);
  if (upload === undefined) throw stopped({ code: "import.upload_not_found", field: "upload", mend: "Upload the file again" });
  return uploadSource(deps.blobs, workspaceId, upload);
}

/** Finds out which file it is; one that is in already ends the import here. */
async function begin(deps: RunDeps, row: ImportRow, source: ByteSource, mapping: Mapping): Promise<ImportRow | undefined> {
  const { workspaceId } = row;
  const print = await whileAlive(deps, row, fingerprint(source, mapping.file.sheet));
  return inTransaction(deps.db, async (tx) => {
    const known = await lockImportOfFile(tx, workspaceId, print.hash, row.mappingHash);
    if (known?.state === "done") {
      await endAsRepeat(tx, row, known.id, print.hash);
      return undefined;
    }
    if (known !== undefined && known.state !== "failed")
      throw stopped({
        code: "import.under_way",
        field: "file",
        mend: `Import ${known.id} of the same file is not over; wait for it or cancel it`,
      });
    const rejectedId = await deps.blobs.create(tx, workspaceId, { purpose: REJECTED_PURPOSE, name: `${row.fileName}.rejected.csv` });
    return beginImport(tx, row, {
      fileHash: print.hash,
      rowsExpected: Math.max(0, print.lines - mapping.file.headerRow),
      recheckAlways: await wasImportedOtherwise(tx, workspaceId, { fileHash: print.hash, mappingHash: row.mappingHash, kind: row.kind }),
      generation: await countUndone(tx, workspaceId, print.hash),
      rejectedId,
    });
  });
}

/** Keeps the lease of an import while something is done that takes longer than one. */
export async function whileAlive<T>(deps: Pick<RunDeps, "db">, { workspaceId, id, worker }: ImportRow, work: Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    // One that fails is tried again; without a lease the step that follows is refused.
    keepLease(deps.db, workspaceId, id, worker).catch(() => undefined);
  }, HOLD_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

async function readOn(deps: RunDeps, begun: ImportRow, source: ByteSource, mapping: Mapping): Promise<void> {
  const chunks = readChunks(source, mapping, {
    rowsMax: mapping.group === undefined ? SINGLE_ROWS : GROUPED_ROWS,
    bytesMax: CHUNK_BYTES_MAX,
    fromRow: begun.rowsRead + 1,
  });
  let row = begun;
  let mapper: RowMapper | undefined;
  // The next step is read while one is on its way.
  let reading = chunks.next();
  try {
    for (;;) {
      const read = await whileAlive(deps, row, reading);
      if (read.done === true) return;
      reading = chunks.next();
      reading.catch(() => undefined);
      mapper ??= mapperOf(mapping, read.value.header);
      await whileAlive(deps, row, deps.feedHasRoom());
      row = await whileAlive(deps, row, step(deps, row, { chunk: read.value, mapper }));
      if (row.state !== "running" || deps.signal.aborted) return;
      if (row.asked === "") continue;
      const { asked } = row;
      await inTransaction(deps.db, async (tx) => {
        await obey(tx, row);
        await audit(deps, tx, row, { action: asked === "cancel" ? "import.cancel" : "import.pause", detail: { rows: row.rowsRead } });
      });
      return;
    }
  } finally {
    await reading.catch(() => undefined);
    await chunks.return(undefined);
  }
}

async function step(
  deps: RunDeps,
  row: ImportRow,
  { chunk, mapper }: { readonly chunk: FileChunk; readonly mapper: RowMapper },
): Promise<ImportRow> {
  const { workspaceId } = row;
  const taken = await takeRows(
    deps,
    { who: { workspaceId, actor: row.actor, ip: "" }, row, work: stepWork(deps, row, chunk.header) },
    { ...chunk, mapper },
  );
  if (taken.ok) return taken.value.import;
  // Somebody else has it, or it was asked to stop: what holds is in the table.
  const found = await findImport(deps.db, workspaceId, row.id);
  if (found?.worker === row.worker && found.state === "running") throw new Error(`an import did not move on: ${taken.fault.code}`);
  return found ?? { ...row, state: "cancelled" };
}

/** Rejected rows are written with the step, so that a repeat writes them once. */
function stepWork(deps: RunDeps, row: ImportRow, header: readonly string[]): StepWork {
  const { workspaceId, rejectedId } = row;
  return {
    write: async (tx, { rejects }) => {
      if (rejects.length === 0 || rejectedId === null) return;
      const head = row.rowsRejected === 0 ? rejectedHeader(header) : "";
      await appendRejected(tx, deps.blobs, { workspaceId, id: rejectedId }, head + rejectedLines(rejects));
    },
  };
}

type Entry = { readonly action: AuditActionOf<"import">; readonly detail: Readonly<Record<string, string | number>> };

async function audit(deps: RunDeps, tx: Tx, { workspaceId, actor, id, fileName }: ImportRow, { action, detail }: Entry): Promise<void> {
  await deps.audit(tx, { workspaceId, actor, action, target: `import:${id}`, detail: { file: fileName, ...detail }, ip: "" });
}

import type { OpenGroup } from "@terrace/domain/imports/group-window";
import type { RowMapper } from "@terrace/domain/imports/map-rows";
import { inTransaction } from "../../../platform/storage/postgres.ts";
import { readChunks } from "../file-reader.ts";
import { mapChunk } from "../map-chunk.ts";
import { failureOf, mapperOf, mappingOf, type RunDeps } from "../run-import.ts";
import { advanceTrial, endTrial, type TrialRow } from "./trial.store.ts";
import { createTrialTally, type TrialResult } from "./trial-tally.ts";
import { findUpload } from "../uploads/upload.store.ts";
import { uploadSource } from "../uploads/upload-source.ts";
import { FileUnreadable } from "../readers/byte-source.ts";
import { sealText } from "../../../platform/sealed-text.ts";

const ROWS_PER_CHUNK = 10_000;
const BYTES_PER_CHUNK = 4 * 1024 * 1024;
/** Closed groups remembered in a dry run; in a larger file late rows of the others are not foretold. */
const CLOSED_MAX = 500_000;

/** Maps a whole file without changing anything and keeps what that came to; given up when it is replaced by another or the worker stops. */
export async function runTrial(deps: RunDeps, trial: TrialRow): Promise<void> {
  try {
    const result = await mapAll(deps, trial);
    if (result === undefined) return;
    const sealed = sealText(deps.privacy, JSON.stringify(result));
    await inTransaction(deps.db, (tx) => endTrial(tx, trial, { result: sealed, failure: null }));
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    await inTransaction(deps.db, (tx) => endTrial(tx, trial, { result: null, failure }));
  }
}

async function mapAll(deps: RunDeps, trial: TrialRow): Promise<TrialResult | undefined> {
  const mapping = mappingOf(trial.mapping);
  const upload = await findUpload(deps.db, trial.workspaceId, trial.uploadId);
  if (upload === undefined) throw new FileUnreadable("The uploaded file is not there any more", "other");
  const source = uploadSource(deps.blobs, trial.workspaceId, upload);
  const tally = createTrialTally();
  const closed = new Set<string>();
  let mapper: RowMapper | undefined;
  let carried: readonly OpenGroup[] = [];
  for await (const { header, fromRow, rows, last } of readChunks(source, mapping, {
    rowsMax: ROWS_PER_CHUNK,
    bytesMax: BYTES_PER_CHUNK,
    fromRow: 1,
  })) {
    mapper ??= mapperOf(mapping, header);
    const chunk = await mapChunk({
      mapper,
      last,
      nowMs: deps.nowMs(),
      carried,
      rows: rows.map((cells, index) => ({ row: fromRow + index, cells })),
      findClosed: (keys) => Promise.resolve(new Set(keys.filter((key) => closed.has(key)))),
    });
    carried = chunk.open;
    for (const key of chunk.closed) if (closed.size < CLOSED_MAX) closed.add(key);
    tally.add(rows.length, chunk);
    if (deps.signal.aborted || !(await advanceTrial(deps.db, trial, fromRow + rows.length - 1))) return undefined;
  }
  return tally.result();
}

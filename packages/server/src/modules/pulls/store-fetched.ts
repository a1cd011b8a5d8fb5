import type { Blobs } from "../../platform/blobs/blobs.ts";
import { inTransaction, type Db } from "../../platform/storage/postgres.ts";
import type { Progress } from "./fetch-place.ts";
import { PullFailed } from "./pull-failed.ts";
import { BYTES_MAX } from "./pull-limits.ts";
import { touchRun, type RunRef } from "./pull-run.store.ts";

const PIECE_BYTES = 1024 * 1024;

/** The run was ended by somebody else: its pull was deleted, or its process was taken for gone. */
export function givenUp(): PullFailed {
  return new PullFailed("pull.lost", "");
}

/** Appends what is fetched to a blob, about a megabyte at a time, as long as the run is not given up. */
export async function storeFetched(
  { db, blobs }: { readonly db: Db; readonly blobs: Blobs },
  { run, blobId, progress }: { readonly run: RunRef; readonly blobId: string; readonly progress: Progress },
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const sealed = await blobs.seal(Buffer.concat(waiting));
    const counts = { rows: progress.rows, bytes: progress.bytes + size };
    const isKept = await inTransaction(
      db,
      async (tx) =>
        (await touchRun(tx, run, counts)) && (await blobs.append(tx, { workspaceId: run.workspaceId, id: blobId }, progress.bytes, sealed)),
    );
    if (!isKept) throw givenUp();
    progress.bytes += size;
    waiting = [];
    size = 0;
  };
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (progress.bytes + size > BYTES_MAX) throw new PullFailed("pull.too_large", "A run takes at most 2 GB; ask for less at a time");
    if (size >= PIECE_BYTES) await flush();
  }
  if (size > 0) await flush();
}

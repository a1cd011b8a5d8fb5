import type { Mapping } from "@terrace/domain/imports/mapping";
import { basename } from "node:path";
import type { ImportState } from "./import.store.ts";
import { fingerprint, readChunks, type FileChunk } from "./file-reader.ts";
import { openFile } from "./readers/byte-source.ts";

/** An import as its counters stand. */
export type ImportCounts = {
  readonly id: string;
  readonly state: ImportState;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRejected: number;
  readonly eventsMade: number;
};
export type RejectedLine = { readonly row: number; readonly code: string; readonly field: string; readonly detail: string };

/** Where rows go: the commands in this process, or a running Terrace over HTTP. Both throw when they refuse. */
export type ImportSink = {
  readonly open: (file: { readonly fileName: string; readonly fileHash: string }) => Promise<ImportCounts>;
  readonly add: (
    importId: string,
    chunk: FileChunk,
  ) => Promise<{ readonly import: ImportCounts; readonly rejected: readonly RejectedLine[] }>;
};

export type SendOptions = {
  readonly path: string;
  readonly mapping: Mapping;
  readonly sink: ImportSink;
  /** `rowsTotal` is the number of lines of the file: more than its rows when cells hold line breaks. */
  readonly onProgress?: ((progress: { readonly rowsRead: number; readonly rowsTotal: number }) => void) | undefined;
  /** In row order; `resumed` tells that lines of an earlier run belong before these. */
  readonly onRejected?: ((rejected: readonly RejectedLine[]) => Promise<void>) | undefined;
  readonly onOpened?: ((opened: ImportCounts) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
};
export type SendOutcome = ImportCounts & { readonly alreadyDone: boolean };

/** Rows of a grouped file make few events each: this many come to about one batch of the feed. */
const GROUPED_ROWS = 10_000;
const SINGLE_ROWS = 2_000;
const CHUNK_BYTES_MAX = 2 * 1024 * 1024;

/** Reads a file and hands it to a sink, going on where an earlier run broke off. The next chunk is read while one is on its way; no further. */
export async function sendFile(options: SendOptions): Promise<SendOutcome> {
  const { path, mapping, sink, signal } = options;
  const source = await openFile(path, signal);
  const print = await fingerprint(source, mapping.file.sheet);
  let counts = await sink.open({ fileName: basename(path), fileHash: print.hash });
  await options.onOpened?.(counts);
  if (counts.state === "done") return { ...counts, alreadyDone: true };
  const rowsTotal = Math.max(0, print.lines - (mapping.file.columns === undefined ? 1 : 0));
  const chunks = readChunks(source, mapping, {
    rowsMax: mapping.group === undefined ? SINGLE_ROWS : GROUPED_ROWS,
    bytesMax: CHUNK_BYTES_MAX,
    fromRow: counts.rowsRead + 1,
  });
  let sending: Promise<void> = Promise.resolve();
  for await (const chunk of chunks) {
    await sending;
    signal?.throwIfAborted();
    const { id } = counts;
    sending = sink.add(id, chunk).then(async (taken) => {
      counts = taken.import;
      options.onProgress?.({ rowsRead: counts.rowsRead, rowsTotal: Math.max(rowsTotal, counts.rowsRead) });
      if (taken.rejected.length > 0) await options.onRejected?.(taken.rejected);
    });
    // Awaited above, or below; until then a refusal must not count as unhandled.
    sending.catch(() => undefined);
  }
  await sending;
  return { ...counts, alreadyDone: false };
}

import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import type { Fault, Result } from "@terrace/domain/result";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Blobs } from "../../platform/blobs/blobs.ts";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { channelFigureRoutes } from "./figures/channel-figure.routes.ts";
import { createImportCommands, type ImportDeps } from "./import.commands.ts";
import { importHolder } from "./import-holder.ts";
import { importJobRoutes } from "./import-job.routes.ts";
import { runImports } from "./import-runner.ts";
import { importRoutes } from "./import.routes.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { markOf, type UndoDeps } from "./run-undo.ts";
import { savedMappingRoutes } from "./mappings/saved-mapping.routes.ts";
import { sendFile, type SendOutcome } from "./send-file.ts";
import { storedMessageIds } from "./stored-message-ids.views.ts";
import { uploadRoutes } from "./uploads/upload.routes.ts";
import { eraseOldFiles } from "./uploads/upload.store.ts";
import { queueFile, type QueueFile } from "./queue-import.ts";

export { readChunks } from "./file-reader.ts";
export { FileUnreadable, openFile } from "./readers/byte-source.ts";
export { hasImportWork } from "./import-job.store.ts";
export { previewFile, type Preview } from "./preview.ts";
export { mapChunk, type MappedChunk } from "./map-chunk.ts";
export { UPLOAD_PURPOSE } from "./uploads/upload.routes.ts";
export { sendFile, type ImportSink, type RejectedLine } from "./send-file.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Uploads that nothing was done with are erased after so long. */
const UNUSED_FILE_DAYS = 2;
/** The file of an import and its rejected rows are kept for so long. */
const IMPORTED_FILE_DAYS = 30;
const ERASED_AT_ONCE = 20;
/** Events a worker hands over at once: it has no other requests to be fair to. */
const WORKER_EVENTS_PER_ACCEPT = 2_000;
/** Events that may wait to be settled before a worker pauses: live events wait behind them. */
const FEED_LAG_MAX = 40_000;
const FEED_LOOK_MS = 100;

/** A file to import in this process, with its mapping as a file. */
export type FileImport = {
  readonly path: string;
  readonly mappingPath: string;
  readonly workspaceId: number;
  readonly onProgress?: ((progress: { readonly rowsRead: number; readonly rowsTotal: number }) => void) | undefined;
  /** Told once, before the first progress: how many rows an earlier run had read. */
  readonly onResumed?: ((rowsRead: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Files of events and people, imported once however often they are handed in. */
export type ImportsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Does what imports and dry runs wait for, until there is none left or `signal` is aborted. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly holder: PersonalDataHolder;
  /** Imports a file on this machine; goes on where an earlier run broke off. Throws `ImportRefused` and `FileUnreadable`. */
  readonly importFile: (file: FileImport) => Promise<SendOutcome>;
  /** Queues the import of a file that another module fetched; answers the import's id. */
  readonly queueFile: QueueFile;
};

/** The import was refused; `fault` says why. */
export class ImportRefused extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`${fault.code}${fault.field === undefined ? "" : ` (${fault.field})`}: ${fault.mend ?? ""}`);
    this.fault = fault;
  }
}

export type ImportsDeps = Omit<ImportDeps, "stored" | "remember" | "eventsPerAccept"> & {
  readonly warehouse: Warehouse;
  readonly privacy: PrivacyModule;
  readonly blobs: Blobs;
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "keepTraits" | "takeBackTraits" | "forgetKept" | "forgetKeptOf">;
  readonly takeBackConsents: UndoDeps["takeBackConsents"];
  readonly recount: UndoDeps["recount"];
  /** Events in the feed that are not stored yet, and the age of the oldest. */
  readonly feedLag: () => Promise<{ readonly events: number; readonly seconds: number }>;
  readonly randomId: () => string;
  readonly log: Logger;
};

export function createImports(deps: ImportsDeps): ImportsModule {
  const { db } = deps;
  const importing: ImportDeps = {
    ...deps,
    remember: (row, originIds) => deps.people.keepTraits(row.workspaceId, markOf(row.id), originIds),
    stored: (workspaceId, messageIds) => storedMessageIds(deps.warehouse, workspaceId, messageIds),
  };
  const imports = createImportCommands(importing);
  return {
    routes: [
      ...channelFigureRoutes(deps),
      ...importRoutes({ db, imports }),
      ...uploadRoutes(deps),
      ...importJobRoutes(deps),
      ...savedMappingRoutes(deps),
    ],
    jobs: [
      { name: "imports.abandoned", everyMs: HOUR_MS, run: imports.sweep },
      { name: "imports.files", everyMs: HOUR_MS, run: () => eraseFiles(deps) },
    ],
    holder: importHolder(deps.people),
    work: (signal) =>
      runImports(
        {
          ...deps,
          ...importing,
          eventsPerAccept: WORKER_EVENTS_PER_ACCEPT,
          feedHasRoom: () => feedHasRoom(deps.feedLag, signal),
          feedAgeSeconds: async () => (await deps.feedLag()).seconds,
        },
        signal,
      ),
    queueFile: queueFile(deps),
    importFile: async ({ path, mappingPath, workspaceId, onProgress, onResumed, signal }) => {
      const source = JSON.parse(await readFile(mappingPath, "utf8")) as Json;
      const mapping = value(readMapping(source));
      const who = { workspaceId, actor: "terrace", ip: "" };
      return sendFile({
        path,
        mapping,
        onProgress,
        signal,
        onOpened: ({ rowsRead }) => Promise.resolve(onResumed?.(rowsRead)),
        sink: {
          open: async (file) => value(await imports.open(who, { ...file, mapping: source })),
          add: async (importId, { header, fromRow, rows, last }) =>
            value(await imports.addRows(who, importId, { header, fromRow, rows, last })),
        },
      });
    },
  };
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new ImportRefused(result.fault);
  return result.value;
}

async function eraseFiles({ db, nowMs }: ImportsDeps): Promise<void> {
  const unusedSince = new Date(nowMs() - UNUSED_FILE_DAYS * DAY_MS);
  const importedBefore = new Date(nowMs() - IMPORTED_FILE_DAYS * DAY_MS);
  while ((await eraseOldFiles(db, { unusedSince, importedBefore, limit: ERASED_AT_ONCE })) === ERASED_AT_ONCE);
}

async function feedHasRoom(lag: ImportsDeps["feedLag"], signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await lag()).events > FEED_LAG_MAX) await sleep(FEED_LOOK_MS);
}

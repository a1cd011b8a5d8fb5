import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import type { Fault, Result } from "@terrace/domain/result";
import { readFile } from "node:fs/promises";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import { createImportCommands, type ImportDeps } from "./import.commands.ts";
import { importRoutes } from "./import.routes.ts";
import { sendFile, type SendOutcome } from "./send-file.ts";
import { storedMessageIds } from "./stored-message-ids.views.ts";

export { FileUnreadable, readChunks } from "./file-reader.ts";
export { mapChunk, type MappedChunk } from "./map-chunk.ts";
export { sendFile, type ImportSink, type RejectedLine } from "./send-file.ts";

const HOUR_MS = 3_600_000;

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
  /** Imports a file on this machine; goes on where an earlier run broke off. Throws `ImportRefused` and `FileUnreadable`. */
  readonly importFile: (file: FileImport) => Promise<SendOutcome>;
};

/** The import was refused; `fault` says why. */
export class ImportRefused extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`${fault.code}${fault.field === undefined ? "" : ` (${fault.field})`}: ${fault.mend ?? ""}`);
    this.fault = fault;
  }
}

export function createImports(deps: Omit<ImportDeps, "stored"> & { readonly warehouse: Warehouse }): ImportsModule {
  const imports = createImportCommands({
    ...deps,
    stored: (workspaceId, messageIds) => storedMessageIds(deps.warehouse, workspaceId, messageIds),
  });
  return {
    routes: importRoutes({ db: deps.db, imports }),
    jobs: [{ name: "imports.abandoned", everyMs: HOUR_MS, run: imports.sweep }],
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

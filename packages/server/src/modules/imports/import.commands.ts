import { bindMapping, type RowMapper } from "@terrace/domain/imports/map-rows";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import { fail, ok, type Result } from "@terrace/domain/result";
import { createHash } from "node:crypto";
import { inTransaction, type Tx } from "../../platform/storage/postgres.ts";
import {
  clearAbandonedImport,
  countUndone,
  failImport,
  findImport,
  insertImport,
  lockImportOfFile,
  resumeImport,
  wasImportedOtherwise,
  type ImportRow,
} from "./import.store.ts";
import { takeRows, type ImportActor, type ImportDeps, type RowsGiven, type RowsTaken } from "./take-rows.ts";

export type { ImportActor, ImportDeps };

/** Importing over the HTTP API and in-process alike. */
export type ImportCommands = {
  /** Finds the import of this file and mapping, or registers it. A broken-off one goes on; a finished one is answered as it is. */
  readonly open: (
    who: ImportActor,
    file: { readonly fileName: string; readonly fileHash: string; readonly mapping: Json },
  ) => Promise<Result<ImportRow>>;
  /** Takes the next rows in file order; rows handed in before are passed over. Resolved once their events are committed. */
  readonly addRows: (who: ImportActor, importId: string, given: RowsGiven) => Promise<Result<RowsTaken>>;
  /** Frees what imports keep that were broken off long ago; opened again, they start over without making an event twice. */
  readonly sweep: () => Promise<void>;
};

const MAPPERS_KEPT = 20;
/** A broken-off import goes on where it stopped for so long; then it starts over. */
const ABANDONED_AFTER_MS = 30 * 86_400_000;

export function createImportCommands(deps: ImportDeps): ImportCommands {
  const mappers = new Map<string, RowMapper>();
  const mapperOf = (row: ImportRow, header: readonly string[]): Result<RowMapper> => {
    const known = mappers.get(row.id);
    if (known !== undefined) return ok(known);
    const mapping = readMapping(row.mapping);
    const bound = mapping.ok ? bindMapping(mapping.value, header) : mapping;
    if (bound.ok) {
      if (mappers.size >= MAPPERS_KEPT) mappers.clear();
      mappers.set(row.id, bound.value);
    }
    return bound;
  };
  return {
    open: async (who, file) => {
      const mapping = readMapping(file.mapping);
      if (!mapping.ok) return mapping;
      const mappingHash = hashOfMapping(file.mapping);
      return inTransaction(deps.db, (tx) => openImport(deps, tx, who, { ...file, mappingHash, kind: mapping.value.kind }));
    },
    addRows: async (who, importId, given) => {
      const row = /^[1-9]\d{0,17}$/.test(importId) ? await findImport(deps.db, who.workspaceId, importId) : undefined;
      if (row === undefined) return fail("import.not_found", { field: "import", mend: "Open the import first" });
      if (row.state === "done") return ok({ import: row, rejected: [] });
      if (row.uploadId !== null) return fail("import.under_way", { field: "import", mend: "Terrace reads this import's file by itself" });
      if (given.fromRow > row.rowsRead + 1)
        return fail("import.out_of_order", {
          field: "fromRow",
          mend: `Go on with row ${row.rowsRead + 1}`,
          details: { rowsRead: row.rowsRead },
        });
      if (given.fromRow + given.rows.length <= row.rowsRead + 1 && !given.last) return ok({ import: row, rejected: [] });
      const header = row.header ?? given.header;
      if (header === undefined) return fail("import.out_of_order", { field: "header", mend: "Send the header with the first rows" });
      const mapper = mapperOf(row, header);
      if (!mapper.ok) {
        await inTransaction(deps.db, (tx) => failImport(tx, who.workspaceId, row.id));
        return mapper;
      }
      return takeRows(deps, { who, row }, { ...given, header, mapper: mapper.value });
    },
    sweep: async () => {
      const untouchedSince = new Date(deps.nowMs() - ABANDONED_AFTER_MS);
      while (await inTransaction(deps.db, (tx) => clearAbandonedImport(tx, untouchedSince)));
    },
  };
}

async function openImport(
  deps: ImportDeps,
  tx: Tx,
  who: ImportActor,
  file: {
    readonly fileName: string;
    readonly fileHash: string;
    readonly mapping: Json;
    readonly mappingHash: string;
    readonly kind: ImportRow["kind"];
  },
): Promise<Result<ImportRow>> {
  const { workspaceId, actor, ip } = who;
  const known = await lockImportOfFile(tx, workspaceId, file.fileHash, file.mappingHash);
  if (known !== undefined && known.state !== "done") {
    const resumed = await resumeImport(tx, workspaceId, known.id);
    return resumed === undefined
      ? fail("import.under_way", {
          field: "fileHash",
          mend: `Import ${known.id} of the same file is under way in the console; wait for it or cancel it there`,
        })
      : ok(resumed);
  }
  if (known !== undefined) return ok(known);
  const recheckAlways = await wasImportedOtherwise(tx, workspaceId, file);
  const generation = await countUndone(tx, workspaceId, file.fileHash);
  const made = await insertImport(tx, workspaceId, { ...file, recheckAlways, generation, actor });
  if (made === undefined)
    return fail("request.conflict", { field: "fileHash", mend: "The same file is being opened by someone else; try again" });
  await deps.audit(tx, {
    workspaceId,
    actor,
    action: "import.open",
    target: `import:${made.id}`,
    detail: { file: file.fileName, kind: file.kind },
    ip,
  });
  return ok(made);
}

/** The same mapping gives the same hash, whatever the order of its keys. */
export function hashOfMapping(mapping: Json): string {
  return createHash("sha256").update(canonical(mapping)).digest("hex");
}

/** The same mapping gives the same text, whatever the order of its keys. */
function canonical(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(",")}]`;
  return `{${Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .join(",")}}`;
}

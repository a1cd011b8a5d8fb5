import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { OpenGroup } from "@terrace/domain/imports/group-window";
import { bindMapping, type RowMapper } from "@terrace/domain/imports/map-rows";
import { readMapping } from "@terrace/domain/imports/read-mapping";
import type { Json } from "@terrace/domain/json";
import { fail, ok, type Result } from "@terrace/domain/result";
import { createHash } from "node:crypto";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { CollectEdge } from "../collect/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { draftOf, rejectedRow, type ImportedFile } from "./import-events.ts";
import {
  advanceImport,
  clearAbandonedImport,
  failImport,
  findClosedGroups,
  findImport,
  insertClosedGroups,
  insertImport,
  lockImportOfFile,
  resumeImport,
  wasImportedOtherwise,
  type ImportRow,
} from "./import.store.ts";
import { breathe, mapChunk, type MadeEvent, type MappedChunk, type RejectedRow } from "./map-chunk.ts";

export type ImportDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "tokenise" | "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly prepare: CollectEdge["prepare"];
  /** Resolved once the events are committed to the feed. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  /** Which of these message ids are stored already. */
  readonly stored: (workspaceId: number, messageIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly nowMs: () => number;
};

export type ImportActor = { readonly workspaceId: number; readonly actor: string; readonly ip: string };
export type RowFault = Pick<RejectedRow, "row" | "code" | "field" | "detail">;
export type RowsGiven = {
  readonly fromRow: number;
  readonly rows: readonly (readonly string[])[];
  readonly header: readonly string[] | undefined;
  readonly last: boolean;
};
export type RowsTaken = { readonly import: ImportRow; readonly rejected: readonly RowFault[] };

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

const EVENTS_PER_ACCEPT = 500;
/** Events prepared between two breathers of the event loop. */
const EVENTS_AT_ONCE = 100;
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
      const mappingHash = createHash("sha256").update(canonical(file.mapping)).digest("hex");
      return inTransaction(deps.db, (tx) => openImport(deps, tx, who, { ...file, mappingHash, kind: mapping.value.kind }));
    },
    addRows: async (who, importId, given) => {
      const row = /^[1-9]\d{0,17}$/.test(importId) ? await findImport(deps.db, who.workspaceId, importId) : undefined;
      if (row === undefined) return fail("import.not_found", { field: "import", mend: "Open the import first" });
      if (row.state === "done") return ok({ import: row, rejected: [] });
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
      return takeRows(deps, who, row, { ...given, header, mapper: mapper.value });
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
    readonly kind: "events" | "people";
  },
): Promise<Result<ImportRow>> {
  const { workspaceId, actor, ip } = who;
  const known = await lockImportOfFile(tx, workspaceId, file.fileHash, file.mappingHash);
  if (known !== undefined) return ok(known.state === "done" ? known : ((await resumeImport(tx, workspaceId, known.id)) ?? known));
  const recheckAlways = await wasImportedOtherwise(tx, workspaceId, file);
  const made = await insertImport(tx, workspaceId, { ...file, recheckAlways, actor });
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

type BoundRows = RowsGiven & { readonly header: readonly string[]; readonly mapper: RowMapper };

async function takeRows(deps: ImportDeps, who: ImportActor, row: ImportRow, given: BoundRows): Promise<Result<RowsTaken>> {
  const { workspaceId } = who;
  const digest = (key: string): string =>
    deps.privacy.tokenise(workspaceId, "marked", `${row.fileHash}${createHash("sha256").update(key).digest("base64url")}`);
  const fresh = given.rows.slice(row.rowsRead + 1 - given.fromRow);
  const chunk = await mapChunk({
    mapper: given.mapper,
    last: given.last,
    carried: openCarry(deps, row.carry),
    rows: fresh.map((cells, index) => ({ row: row.rowsRead + 1 + index, cells })),
    findClosed: async (keys) => {
      const closed = await findClosedGroups(deps.db, workspaceId, row.id, keys.map(digest));
      return new Set(keys.filter((key) => closed.has(digest(key))));
    },
  });
  const file: ImportedFile = { import: row, header: given.header, receivedAtMs: deps.nowMs() };
  const outcome = await acceptChunk(deps, file, chunk);
  const advanced = await inTransaction(deps.db, async (tx) => {
    const next = await advanceImport(tx, row, {
      header: given.header,
      rowsRead: row.rowsRead + fresh.length,
      rowsAccepted: outcome.rowsAccepted,
      rowsRejected: outcome.rejected.length,
      eventsMade: outcome.eventsMade,
      carry: chunk.open.length === 0 ? null : deps.privacy.encryptPayload(Buffer.from(JSON.stringify(chunk.open))),
      done: given.last,
    });
    // Only what moved the import on counts: groups of rows that somebody else took must not keep later rows out.
    if (next?.state === "running") await insertClosedGroups(tx, workspaceId, row.id, chunk.closed.map(digest));
    if (next?.state === "done")
      await deps.audit(tx, {
        ...who,
        action: "import.finish",
        target: `import:${row.id}`,
        detail: { file: row.fileName, rows: next.rowsRead, rejected: next.rowsRejected, events: next.eventsMade },
      });
    return next;
  });
  if (advanced === undefined)
    return fail("import.out_of_order", {
      field: "fromRow",
      mend: "The same import is being fed by someone else; open it again to see where it stands",
    });
  return ok({ import: advanced, rejected: outcome.rejected.toSorted((a, b) => a.row - b.row) });
}

function openCarry(deps: ImportDeps, carry: Uint8Array | null): readonly OpenGroup[] {
  // Written by `takeRows` in this shape; encryption authenticates it.
  return carry === null ? [] : (JSON.parse(Buffer.from(deps.privacy.decryptPayload(carry)).toString("utf8")) as readonly OpenGroup[]);
}

type Accepted = { rowsAccepted: number; eventsMade: number; readonly rejected: RowFault[] };

/** Hands a chunk to the feed in order, a few hundred events at a time, together with what goes to quarantine. */
async function acceptChunk(deps: ImportDeps, file: ImportedFile, chunk: MappedChunk): Promise<Accepted> {
  const { workspaceId, recheckAlways, recheckTo, rowsRead } = file.import;
  const isDoubtful = recheckAlways || rowsRead < recheckTo;
  const stored = isDoubtful
    ? await deps.stored(
        workspaceId,
        chunk.made.map(({ event }) => draftOf(file, event).messageId),
      )
    : new Set<string>();
  const accepted: Accepted = {
    rowsAccepted: 0,
    eventsMade: 0,
    rejected: chunk.rejects.map(({ row, code, field, detail }) => ({ row, code, field, detail })),
  };
  let kept: RejectedEvent[] = chunk.rejects.filter(({ keep }) => keep).map((reject) => rejectedRow(file, reject));
  for (let at = 0; at < chunk.made.length || kept.length > 0; at += EVENTS_PER_ACCEPT) {
    const events: FeedEvent[] = [];
    for (let from = at; from < at + EVENTS_PER_ACCEPT; from += EVENTS_AT_ONCE) {
      for (const made of chunk.made.slice(from, Math.min(from + EVENTS_AT_ONCE, at + EVENTS_PER_ACCEPT))) {
        const prepared = prepareOne(deps, file, made, accepted);
        if ("code" in prepared) kept.push(prepared);
        else if (!stored.has(prepared.messageId)) events.push(prepared);
        else if (recheckAlways) accepted.eventsMade -= 1;
      }
      await breathe();
    }
    await deps.accept(events, kept);
    kept = [];
  }
  return accepted;
}

/** Takes one event through the gate and counts it. */
function prepareOne(deps: ImportDeps, file: ImportedFile, { event, rows }: MadeEvent, accepted: Accepted): FeedEvent | RejectedEvent {
  const prepared = deps.prepare(draftOf(file, event));
  if ("code" in prepared) {
    for (const { row } of rows) accepted.rejected.push({ row, code: prepared.code, field: prepared.field, detail: prepared.detail });
    return prepared;
  }
  accepted.rowsAccepted += rows.length;
  accepted.eventsMade += 1;
  return prepared;
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

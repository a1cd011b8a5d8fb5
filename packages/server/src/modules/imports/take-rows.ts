import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { OpenGroup } from "@terrace/domain/imports/group-window";
import type { RowMapper } from "@terrace/domain/imports/map-rows";
import { isJsonObject, type Json } from "@terrace/domain/json";
import { fail, ok, type Result } from "@terrace/domain/result";
import { dayAt, isoDay, zoneClock } from "@terrace/domain/time/zoned-time";
import { createHash } from "node:crypto";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { CollectEdge } from "../collect/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { addChannelFigures } from "./figures/channel-figure.store.ts";
import { figureOf } from "./figures/channel-figures.ts";
import { draftOf, libraryOf, rejectedRow, type ImportedFile } from "./import-events.ts";
import { advanceImport, findClosedGroups, insertClosedGroups, type ImportRow } from "./import.store.ts";
import { breathe, mapChunk, type MadeEvent, type MappedChunk, type RejectedRow } from "./map-chunk.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";

export type ImportDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "tokenise" | "originId" | "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly prepare: CollectEdge["prepare"];
  /** Resolved once the events are committed to the feed. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  /** Which of these message ids are stored already. */
  readonly stored: (workspaceId: number, messageIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Keeps what these ids say about themselves before the import speaks of them, so that it can be taken back. */
  readonly remember: (row: ImportRow, originIds: readonly string[]) => Promise<void>;
  /** Events handed to the feed at once. */
  readonly eventsPerAccept?: number;
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

const EVENTS_PER_ACCEPT = 500;
/** Events prepared between two breathers of the event loop. */
const EVENTS_AT_ONCE = 100;

/** What else belongs to a step of an import, in the transaction that moves it on. */
export type StepWork = {
  readonly write: (tx: Tx, step: { readonly rejects: readonly RejectedCells[] }) => Promise<void>;
};
/** A rejected row with its cells, as they stand in the file. */
export type RejectedCells = RowFault & { readonly cells: readonly string[] };

export type BoundRows = RowsGiven & { readonly header: readonly string[]; readonly mapper: RowMapper };

/**
 * Takes the next rows of an import: maps them, hands their events to the feed, and moves the import on once they are committed. A repeat after a
 * crash finds its events by their message ids.
 */
export async function takeRows(
  deps: ImportDeps,
  { who, row, work }: { readonly who: ImportActor; readonly row: ImportRow; readonly work?: StepWork },
  given: BoundRows,
): Promise<Result<RowsTaken>> {
  const { workspaceId } = who;
  const digest = (key: string): string =>
    deps.privacy.tokenise(workspaceId, "marked", `${row.fileHash}${createHash("sha256").update(key).digest("base64url")}`);
  const fresh = given.rows.slice(row.rowsRead + 1 - given.fromRow);
  const chunk = await mapChunk({
    mapper: given.mapper,
    last: given.last,
    nowMs: deps.nowMs(),
    carried: openCarry(deps, row.carry),
    rows: fresh.map((cells, index) => ({ row: row.rowsRead + 1 + index, cells })),
    findClosed: async (keys) => {
      const closed = await findClosedGroups(deps.db, workspaceId, row.id, keys.map(digest));
      return new Set(keys.filter((key) => closed.has(digest(key))));
    },
  });
  const file: ImportedFile = { import: row, header: given.header, receivedAtMs: deps.nowMs(), context: { library: libraryOf(row.id) } };
  const outcome = row.kind === "channels" ? figuresOnly(chunk) : await acceptChunk(deps, file, chunk);
  const advanced = await inTransaction(deps.db, async (tx) => {
    const next = await advanceImport(tx, row, {
      header: given.header,
      rowsRead: row.rowsRead + fresh.length,
      rowsAccepted: outcome.rowsAccepted,
      rowsRejected: outcome.rejected.length,
      eventsMade: outcome.eventsMade,
      carry: chunk.open.length === 0 ? null : sealText(deps.privacy, JSON.stringify(chunk.open)),
      done: given.last,
    });
    if (next !== undefined && row.kind === "channels") await addFigures(tx, row, chunk.made);
    if (next !== undefined) await work?.write(tx, { rejects: outcome.rejected });
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
  return ok({
    import: advanced,
    rejected: outcome.rejected.map(({ row, code, field, detail }) => ({ row, code, field, detail })).toSorted((a, b) => a.row - b.row),
  });
}

function openCarry(deps: ImportDeps, carry: Uint8Array | null): readonly OpenGroup[] {
  // Written by `takeRows` in this shape; encryption authenticates it.
  return carry === null ? [] : (JSON.parse(openText(deps.privacy, carry)) as readonly OpenGroup[]);
}

type Accepted = { rowsAccepted: number; eventsMade: number; readonly rejected: RejectedCells[] };

/** Figures of channels make no events: they are written with the step. */
function figuresOnly(chunk: MappedChunk): Accepted {
  return { rowsAccepted: chunk.made.length, eventsMade: 0, rejected: chunk.rejects.map(rejectedCells) };
}

/** Written with the step, so that a repeat writes them once. */
async function addFigures(tx: Tx, { workspaceId, id, mapping }: ImportRow, made: readonly MadeEvent[]): Promise<void> {
  const clock = zoneClock(zoneOf(mapping));
  const dayOf = (timeMs: number): string => isoDay(dayAt(timeMs, clock));
  await addChannelFigures(
    tx,
    workspaceId,
    id,
    made.flatMap(({ event }) => figureOf(event, dayOf) ?? []),
  );
}

/** The zone in which a file of channels counts its days. */
function zoneOf(mapping: Json): string {
  const time = isJsonObject(mapping) ? mapping["time"] : undefined;
  const zone = time !== undefined && isJsonObject(time) ? time["zone"] : undefined;
  return typeof zone === "string" ? zone : "UTC";
}

function rejectedCells({ row, code, field, detail, cells }: RejectedRow): RejectedCells {
  return { row, code, field, detail, cells };
}

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
    rejected: chunk.rejects.map(rejectedCells),
  };
  let kept: RejectedEvent[] = chunk.rejects.filter(({ keep }) => keep).map((reject) => rejectedRow(file, reject));
  const perAccept = deps.eventsPerAccept ?? EVENTS_PER_ACCEPT;
  // One hand-over is on its way while the next is prepared; they are committed in their order.
  let handed: Promise<void> = Promise.resolve();
  for (let at = 0; at < chunk.made.length || kept.length > 0; at += perAccept) {
    const events: FeedEvent[] = [];
    for (let from = at; from < at + perAccept; from += EVENTS_AT_ONCE) {
      for (const made of chunk.made.slice(from, Math.min(from + EVENTS_AT_ONCE, at + perAccept))) {
        const prepared = prepareOne(deps, file, made, accepted);
        if ("code" in prepared) kept.push(prepared);
        else if (!stored.has(prepared.messageId)) events.push(prepared);
        else if (recheckAlways) accepted.eventsMade -= 1;
      }
      await breathe();
    }
    await deps.remember(file.import, originsOf(deps, events));
    await handed;
    handed = deps.accept(events, kept);
    // Awaited in the next round or below; until then a refusal must not count as unhandled.
    handed.catch(() => undefined);
    kept = [];
  }
  await handed;
  return accepted;
}

/** The ids that events say traits of. */
function originsOf({ privacy }: ImportDeps, events: readonly FeedEvent[]): readonly string[] {
  const origins = events.flatMap(({ workspaceId, ids: [first], traits }) =>
    first === undefined || traits.length === 0 ? [] : [privacy.originId(workspaceId, first.kind, first.value)],
  );
  return [...new Set(origins)];
}

/** Takes one event through the gate and counts it. */
function prepareOne(deps: ImportDeps, file: ImportedFile, { event, rows }: MadeEvent, accepted: Accepted): FeedEvent | RejectedEvent {
  const prepared = deps.prepare(draftOf(file, event));
  if ("code" in prepared) {
    for (const { row, cells } of rows)
      accepted.rejected.push({ row, code: prepared.code, field: prepared.field, detail: prepared.detail, cells });
    return prepared;
  }
  accepted.rowsAccepted += rows.length;
  accepted.eventsMade += 1;
  return prepared;
}

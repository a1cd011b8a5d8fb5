import type { RejectedEvent } from "@terrace/domain/event/feed-event";
import type { EventDraft } from "@terrace/domain/imports/event-draft";
import type { MappedEvent } from "@terrace/domain/imports/map-rows";
import type { ImportRow } from "./import.store.ts";
import type { RejectedRow } from "./map-chunk.ts";

export type ImportedFile = {
  readonly import: ImportRow;
  readonly header: readonly string[];
  readonly receivedAtMs: number;
  /** Of all its events: one object, so that it is cleaned and printed once. */ readonly context: EventDraft["context"];
};

/** An imported event may be larger than one from a client: an order of a thousand lines is one event. */
const EVENT_BYTES_MAX = 512 * 1024;
const PAYLOAD_LENGTH_MAX = 32 * 1024;

/**
 * The event as the edge takes it. Its message id follows from the file and the row alone, so that the same row of the same file is
 * the same event whenever it is imported. People are told apart by their mapping too: importing them again is how they are corrected.
 */
export function draftOf(file: ImportedFile, event: MappedEvent): EventDraft {
  const { workspaceId, startedAt } = file.import;
  return {
    workspaceId,
    messageId: messageIdOf(file.import, event.firstRow, event.part),
    source: "import",
    name: event.name,
    timeMs: event.timeMs ?? startedAt.getTime(),
    receivedAtMs: file.receivedAtMs,
    ids: event.ids,
    link: "observed",
    properties: event.properties,
    traits: event.traits,
    context: file.context,
    sizeMax: EVENT_BYTES_MAX,
  };
}

/** The library that events of an import are of: says which import an event is of, so that it can be taken back. */
export function libraryOf(importId: string): string {
  return `import/${importId}`;
}

/** A row for quarantine: its cells by column name. */
export function rejectedRow(file: ImportedFile, reject: RejectedRow): RejectedEvent {
  const { workspaceId } = file.import;
  const payload = JSON.stringify({
    file: file.import.fileName,
    row: reject.row,
    cells: Object.fromEntries(reject.cells.map((cell, index) => [file.header[index] ?? String(index + 1), cell])),
  });
  return {
    workspaceId,
    source: "import",
    code: reject.code,
    field: reject.field,
    detail: reject.detail,
    payload: payload.slice(0, PAYLOAD_LENGTH_MAX).toWellFormed(),
    truncated: payload.length > PAYLOAD_LENGTH_MAX,
    messageId: messageIdOf(file.import, reject.row, 0),
    name: "",
    receivedAtMs: file.receivedAtMs,
  };
}

function messageIdOf({ fileHash, mappingHash, kind, generation }: ImportRow, row: number, part: number): string {
  const place = part === 0 ? String(row) : `${row}.${part}`;
  // A file that is imported again after its import was undone makes its events anew.
  const file = generation === 0 ? fileHash.slice(0, 24) : `${fileHash.slice(0, 24)}.${generation}`;
  return kind === "people" ? `import-${file}-${mappingHash.slice(0, 8)}-${place}` : `import-${file}-${place}`;
}

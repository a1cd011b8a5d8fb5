import type { EventContext } from "@terrace/domain/event/feed-event";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import { CONTEXT_COLUMNS } from "../../platform/storage/event-columns.ts";
import { RowBinary } from "../../platform/storage/row-binary.ts";

/** The columns of `events`, in the order in which `encodeEvents` writes them. */
export const EVENT_COLUMNS: readonly string[] = [
  "workspace_id",
  "origin_id",
  "name",
  "time",
  "received_at",
  "message_id",
  "event_id",
  "source",
  "properties",
  ...Object.values(CONTEXT_COLUMNS),
];

/** Rows in RowBinary, one for each event; row `index` ends at byte `ends[index]`. */
export type EventRows = { readonly rows: RowBinary; readonly ends: readonly number[] };

const ROW_BYTES_ABOUT = 512;

/**
 * The `events` rows of some events. `originIdOf` gives the decimal id of an event's first identity, "0" for those that belong to nobody.
 * Properties hold tokens only: personal values never reach the event engine.
 */
export function encodeEvents(events: readonly PlacedEvent[], originIdOf: (placed: PlacedEvent) => string): EventRows {
  const rows = new RowBinary(events.length * ROW_BYTES_ABOUT);
  const ends = events.map((placed) => {
    const { workspaceId, name, timeMs, receivedAtMs, messageId, source, context } = placed.event;
    rows.uint32(workspaceId);
    rows.uint64(BigInt(originIdOf(placed)));
    rows.text(name);
    rows.milliseconds(timeMs);
    rows.milliseconds(receivedAtMs);
    rows.text(messageId);
    rows.text(eventIdOf(placed));
    rows.text(source);
    // The JSON column reads its text: it was printed when the event came in.
    rows.text(placed.propertiesText);
    rows.values(contextValues(context));
    return rows.length;
  });
  return { rows, ends };
}

/** The event's place in the feed as its id: unique, never changes, and orders events of one person that share a time. */
export function eventIdOf({ lane, seq, index }: PlacedEvent): string {
  return `${lane}-${seq}-${index}`;
}

/** Contexts already encoded: the feed reader answers equal contexts with the same object. */
const encoded = new WeakMap<EventContext, Buffer>();

function contextValues(context: EventContext): Buffer {
  let bytes = encoded.get(context);
  if (bytes === undefined) {
    const values = new RowBinary(ROW_BYTES_ABOUT);
    for (const field of CONTEXT_FIELDS) values.text(context[field]);
    // Copied, so that no more than what was written is kept.
    bytes = Buffer.from(values.bytes());
    encoded.set(context, bytes);
  }
  return bytes;
}

// `Object.keys` widens to string; these are the keys of a constant.
const CONTEXT_FIELDS = Object.keys(CONTEXT_COLUMNS) as readonly (keyof EventContext)[];

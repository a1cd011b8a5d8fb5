import type { EventContext, FeedEvent } from "@terrace/domain/event/feed-event";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import { CONTEXT_COLUMNS } from "../../platform/storage/event-columns.ts";

/**
 * The `events` row of an event as JSON text (JSONEachRow); columns that are empty are left out. `originId` is the decimal id of the
 * event's first identity, "0" for events that belong to nobody. Properties hold tokens only: personal values never reach the event engine.
 */
export function eventRow(placed: PlacedEvent, originId: string): string {
  const { event } = placed;
  const { workspaceId, source, timeMs, receivedAtMs } = event;
  // Put together by hand: the properties are JSON text already, and contexts repeat, so only names and ids are left to print.
  return `{"workspace_id":${workspaceId},"origin_id":${originId},"name":${JSON.stringify(event.name)},"time":"${timestamp(timeMs)}","received_at":"${timestamp(receivedAtMs)}","message_id":${JSON.stringify(event.messageId)},"event_id":"${eventIdOf(placed)}","source":"${source}","properties":${placed.propertiesText}${contextColumns(event.context)}}`;
}

/** The event's place in the feed as its id: unique, never changes, and orders events of one person that share a time. */
export function eventIdOf({ lane, seq, index }: PlacedEvent): string {
  return `${lane}-${seq}-${index}`;
}

/** Columns already printed, by context: the feed reader answers equal contexts with the same object. */
const printedColumns = new WeakMap<FeedEvent["context"], string>();

/** `,"column":"value"` for every column that is not empty. */
function contextColumns(context: EventContext): string {
  let text = printedColumns.get(context);
  if (text === undefined) {
    text = CONTEXT_FIELDS.flatMap((field) =>
      context[field] === "" ? [] : [`,"${CONTEXT_COLUMNS[field]}":${JSON.stringify(context[field])}`],
    ).join("");
    printedColumns.set(context, text);
  }
  return text;
}

// `Object.keys` widens to string; these are the keys of a constant.
const CONTEXT_FIELDS = Object.keys(CONTEXT_COLUMNS) as readonly (keyof EventContext)[];

let lastSecond = Number.NaN;
let lastSecondText = "";

/** `YYYY-MM-DD hh:mm:ss.mmm` in UTC, the form the event engine's basic parser takes. Events come in the order of time more or less: the second is printed once. */
function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecondText = new Date(second * 1000).toISOString().slice(0, 19).replace("T", " ");
    lastSecond = second;
  }
  return `${lastSecondText}.${String(ms - second * 1000).padStart(3, "0")}`;
}

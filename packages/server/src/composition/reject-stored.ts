import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";

/** Longest piece of an engine's complaint kept with a quarantined event. */
const DETAIL_LENGTH_MAX = 500;

/** A well-formed event that an engine refused, as a quarantine entry; its payload is the event as it stood in the feed. */
export function rejectStored(event: FeedEvent, reason: unknown): RejectedEvent {
  const said = reason instanceof Error ? reason.message : String(reason);
  return {
    workspaceId: event.workspaceId,
    source: event.source,
    code: "event.not_storable",
    field: "",
    detail: said.slice(0, DETAIL_LENGTH_MAX),
    payload: JSON.stringify(event),
    truncated: false,
    form: "event",
    messageId: event.messageId,
    name: event.name,
    receivedAtMs: event.receivedAtMs,
  };
}

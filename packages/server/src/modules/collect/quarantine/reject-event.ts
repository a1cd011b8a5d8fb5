import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";

/** Why an event is put aside; `detail` never repeats a value of the event. */
export type RejectReason = { readonly code: string; readonly field: string; readonly detail: string };

/** Puts a decoded event aside: its payload is the event itself, with its secrets, so that a replay loses nothing. */
export function rejectEvent(event: FeedEvent, reason: RejectReason): RejectedEvent {
  const { workspaceId, source, messageId, name, receivedAtMs } = event;
  return { workspaceId, source, ...reason, payload: JSON.stringify(event), truncated: false, form: "event", messageId, name, receivedAtMs };
}

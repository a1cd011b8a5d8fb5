import type { getLive } from "@terrace/contract/api/live";
import type { CallAnswer } from "../../app/api/client.ts";

export type LiveSnapshot = CallAnswer<typeof getLive>;
export type LiveEvent = LiveSnapshot["events"][number];

/** How many events the card keeps. */
export const LIVE_EVENTS_MAX = 60;

/** Puts a message of the stream on top of what is shown: newest first, each event once, whether the stream sends all or only what is new. */
export function mergeLive(shown: LiveSnapshot | undefined, next: LiveSnapshot): LiveSnapshot {
  const known = new Set(next.events.map(({ eventId }) => eventId));
  const events = [...next.events, ...(shown?.events ?? []).filter(({ eventId }) => !known.has(eventId))]
    .toSorted((a, b) => (a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : 0))
    .slice(0, LIVE_EVENTS_MAX);
  return { ...next, events };
}

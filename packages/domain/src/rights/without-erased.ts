import type { FeedEvent } from "../event/feed-event.ts";
import type { IdentityRef } from "../identity/identity-kinds.ts";

/**
 * An event as far as it may be kept beside erased ids; undefined when it may not. An event is left out when any of its ids was erased, except
 * that an erased device (`anonymous_id`) beside another person's id is only left off: other people use the device too.
 */
export function withoutErased(event: FeedEvent, isErased: (ref: IdentityRef) => boolean): FeedEvent | undefined {
  const [first, ...others] = event.ids;
  if (first === undefined) return event;
  if (isErased(first)) return undefined;
  const erased = others.filter(isErased);
  if (erased.length === 0) return event;
  // A claim about two ids says nothing with one of them left off.
  if (event.link === "unbound" || erased.some(({ kind }) => kind !== "anonymous_id")) return undefined;
  return { ...event, ids: event.ids.filter((ref) => !erased.includes(ref)) };
}

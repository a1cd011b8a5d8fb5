import type { FeedEvent } from "@terrace/domain/event/feed-event";

/** Number of lanes; the rows of table `feed_lane` (migration 0003) agree with it. */
export const LANE_COUNT = 8;

/**
 * The lane of an event: hash of its workspace and first identity, so that a person's events stay in order and a retried
 * message meets the same lane whichever process took it. FNV-1a over UTF-16 units: stable, no allocation.
 */
export function laneOf(event: Pick<FeedEvent, "workspaceId" | "ids" | "messageId">): number {
  const first = event.ids[0];
  const key = first === undefined ? event.messageId : `${first.kind}:${first.value}`;
  let mixed = (0x811c9dc5 ^ event.workspaceId) >>> 0;
  for (let index = 0; index < key.length; index += 1) {
    mixed ^= key.charCodeAt(index);
    mixed = Math.imul(mixed, 0x01000193) >>> 0;
  }
  return ((mixed ^ (mixed >>> 15)) >>> 0) % LANE_COUNT;
}

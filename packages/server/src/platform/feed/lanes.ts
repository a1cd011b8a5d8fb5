import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { createHash } from "node:crypto";

/** Number of lanes; the rows of table `feed_lane` (migration 0003) agree with it. */
export const LANE_COUNT = 8;

/**
 * The lane of an event: hash of its workspace and first identity, so that a person's events stay in order and a retried
 * message meets the same lane whichever process took it. FNV-1a over UTF-16 units: stable, no allocation.
 */
export function laneOf(event: Pick<FeedEvent, "workspaceId" | "ids" | "messageId">): number {
  const first = event.ids[0];
  const key = first === undefined ? event.messageId : `${first.kind}:${first.value}`;
  let hash = (0x811c9dc5 ^ event.workspaceId) >>> 0;
  for (let index = 0; index < key.length; index += 1) {
    hash ^= key.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % LANE_COUNT;
}

/** The key under which a message is remembered in the de-duplication window: 128 bits of a hash, as uuid text. */
export function seenKey(event: Pick<FeedEvent, "workspaceId" | "messageId" | "dedupKey">): string {
  const hex = createHash("md5").update(`${event.workspaceId}\u0000${event.dedupKey ?? event.messageId}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

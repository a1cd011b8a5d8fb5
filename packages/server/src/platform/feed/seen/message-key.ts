import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { KEY_WORDS } from "./key-set.ts";
import { murmur128 } from "./murmur128.ts";

/** The keys under which messages are remembered in the de-duplication window: 128 bits of a hash of workspace and message id, four words each. */
export function messageKeys(events: readonly Pick<FeedEvent, "workspaceId" | "messageId" | "dedupKey">[]): Uint32Array {
  const keys = new Uint32Array(events.length * KEY_WORDS);
  for (const [index, { workspaceId, messageId, dedupKey }] of events.entries())
    murmur128(dedupKey ?? messageId, workspaceId, keys, index * KEY_WORDS);
  return keys;
}

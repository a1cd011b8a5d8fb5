import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { hash } from "node:crypto";
import { KEY_WORDS } from "./key-set.ts";

/** The keys under which messages are remembered in the de-duplication window: 128 bits of a hash of workspace and message id, four words each. */
export function messageKeys(events: readonly Pick<FeedEvent, "workspaceId" | "messageId" | "dedupKey">[]): Uint32Array {
  const keys = new Uint32Array(events.length * KEY_WORDS);
  for (const [index, { workspaceId, messageId, dedupKey }] of events.entries()) {
    const digest = hash("md5", `${workspaceId}\u0000${dedupKey ?? messageId}`, "buffer");
    for (let word = 0; word < KEY_WORDS; word += 1) keys[index * KEY_WORDS + word] = digest.readUInt32LE(word * 4);
  }
  return keys;
}

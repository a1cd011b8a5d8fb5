import type { FeedEvent } from "@terrace/domain/event/feed-event";
import type { Tx } from "../storage/postgres.ts";
import { encodePayload, printEvent, type PayloadCipher } from "./feed-codec.ts";
import { appendToFeed } from "./feed.store.ts";
import { laneOf } from "./lanes.ts";

/** Appends events that are there exactly when the transaction commits. Lanes are locked until then, for everyone: let it be the last thing it does. */
export async function appendWithin(tx: Tx, cipher: PayloadCipher, events: readonly FeedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const byLane = Map.groupBy(events, laneOf);
  const rows = await Promise.all(
    [...byLane].map(async ([lane, own]) => ({ lane, eventCount: own.length, payload: await encodePayload(cipher, own.map(printEvent)) })),
  );
  await appendToFeed(tx, rows);
}

import { createTokenBuckets } from "../../../platform/http/token-bucket.ts";
import type { CollectEdgeDeps } from "./edge-deps.ts";

/** How many events a write key may send to one process; `refused` is told of every request that was too many. */
export type WriteKeyLimit = { readonly eventsPerSecond: number; readonly refused: (events: number) => void };

/** So many seconds' worth may come at once: clients send what they gathered while offline. */
const BURST_SECONDS = 10;

/** The edge's `admit` for a limit: one bucket of events per key. */
export function admitByKey(limit: WriteKeyLimit, nowMs: () => number): NonNullable<CollectEdgeDeps["admit"]> {
  const buckets = createTokenBuckets({ perSecond: limit.eventsPerSecond, burst: limit.eventsPerSecond * BURST_SECONDS }, nowMs);
  return ({ keyId }, events) => {
    const retryAfterSeconds = buckets.take(keyId, events);
    if (retryAfterSeconds === 0) return { ok: true };
    limit.refused(events);
    return { retryAfterSeconds };
  };
}

import { describe, expect, test } from "vitest";
import type { LiveEvent, LiveSnapshot } from "./live-merge.ts";
import { LIVE_EVENTS_MAX, mergeLive } from "./live-merge.ts";

const event = (eventId: string, second: number): LiveEvent => ({
  eventId,
  name: "Order Completed",
  time: "2026-07-16T00:00:00.000Z",
  receivedAt: `2026-07-16T00:00:${String(second).padStart(2, "0")}.000Z`,
  personId: "1",
  displayName: "u1",
  virtual: [],
  summary: {},
});
const snapshot = (...events: LiveEvent[]): LiveSnapshot => ({ events, perSecond: 1, today: 1, lagMs: 1, quarantineOpen: 0 });

describe("mergeLive", () => {
  test("keeps events that an incremental message no longer carries, newest first", () => {
    const merged = mergeLive(snapshot(event("a", 1)), snapshot(event("b", 2)));
    expect(merged.events.map(({ eventId }) => eventId)).toEqual(["b", "a"]);
  });

  test("shows an event once when a message carries it again", () => {
    const merged = mergeLive(snapshot(event("a", 1)), snapshot(event("b", 2), event("a", 1)));
    expect(merged.events.map(({ eventId }) => eventId)).toEqual(["b", "a"]);
  });

  test("drops the oldest beyond the limit", () => {
    const many = Array.from({ length: LIVE_EVENTS_MAX + 5 }, (_, i) => event(`e${i}`, i % 60));
    expect(mergeLive(undefined, snapshot(...many)).events).toHaveLength(LIVE_EVENTS_MAX);
  });
});

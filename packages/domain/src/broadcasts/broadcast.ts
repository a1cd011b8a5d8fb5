import type { TimeOfDay } from "../journeys/journey-definition.ts";
import type { MessageChannel } from "../messages/channel.ts";

/** One way of saying it; with more than one they are tried on some of the people first. */
export type BroadcastVariant = {
  /** Stays with the variant: messages and events name it. */
  readonly key: string;
  readonly name: string;
  readonly template: string;
  /** null: the version that is in force when it is sent. */
  readonly templateVersion: number | null;
};

/** Trying variants on some before everybody else gets the best. */
export type BroadcastTest = {
  /** How many of 10,000 people get the variants, evenly, before the others. */
  readonly share: number;
  /** What the best is chosen by: of the people who were sent it, how many did this. */
  readonly by: "opened" | "clicked";
  /** How long is waited after the last of them was asked for. */
  readonly afterMinutes: number;
};

/** Local time of the workspace's zone in which messages are let go; people's own nights are the governor's matter. */
export type SendWindow = {
  readonly from: TimeOfDay;
  /** Exclusive, and later than `from` on the same day. */
  readonly to: TimeOfDay;
  /** 1 is Monday; empty: any day. */
  readonly weekdays: readonly number[];
};

/** One message to everybody in a segment when it begins, except who is in another one then. */
export type Broadcast = {
  readonly segment: string;
  readonly without: string | null;
  readonly channel: MessageChannel;
  readonly purpose: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly variants: readonly BroadcastVariant[];
  readonly test: BroadcastTest | null;
  /** `2026-07-01T09:00` in the workspace's zone; null: as soon as it is approved. */
  readonly begins: string | null;
  readonly window: SendWindow | null;
  /** At most so many people a minute; null: as fast as it goes. */
  readonly perMinute: number | null;
  /** Whoever could not be told for so long, because of quiet hours or an outage, is not told any more. */
  readonly expiresAfterHours: number;
};

/**
 * draft → in_review → scheduled → running → done. stopped: nothing is let go, what waited was taken back, and it may go on; cancelled: the same for good.
 */
export const BROADCAST_STATES = ["draft", "in_review", "scheduled", "running", "stopped", "done", "cancelled"] as const;
export type BroadcastState = (typeof BROADCAST_STATES)[number];

export const BROADCAST_VARIANTS_MAX = 5;
/** Whole of which `share` is a part. */
export const TEST_WHOLE = 10_000;

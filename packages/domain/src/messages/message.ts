import type { JsonObject } from "../json.ts";
import type { MessageChannel } from "./channel.ts";

/** Who asked for a message. `part` is the journey's node or the broadcast's variant; `run` the enrolment or the broadcast's run. */
export type MessageSource = {
  readonly kind: "journey" | "broadcast" | "api" | "test";
  readonly id: string;
  readonly part: string;
  readonly run: string;
};

/** A message that somebody is to get. It is asked for in the transaction of what asks, and decided upon when it is due. */
export type MessageAsked = {
  /** The same for whatever asks again: a key is taken once in a workspace. At most 200 characters. */
  readonly key: string;
  /** One of the person's ids. */
  readonly originId: string;
  readonly channel: MessageChannel;
  /** The template's id; the version that is in force when the message is decided upon is sent, unless one is named. */
  readonly template: string;
  readonly templateVersion?: number | undefined;
  /** Key of the purpose of consent. */
  readonly purpose: string;
  /** What kind of message it is, for caps: at most 10 short words. */
  readonly tags: readonly string[];
  /** What the person asked for or must know: quiet hours, caps and holdouts do not hold it back; suppressed addresses and a withdrawn purpose do. */
  readonly transactional: boolean;
  /** From 1, the least urgent, to 9: who comes first where caps leave room for one. */
  readonly priority: number;
  readonly source: MessageSource;
  /** What the template may name beside the person: properties of the event that set it off, in the stored form. */
  readonly variables: JsonObject;
  /** Unix ms before which it is not sent, and from which on it is too late. */
  readonly notBeforeMs: number;
  readonly expiresAtMs: number | null;
};

/**
 * Where a message stands. waiting: not decided, or put off; sending: handed over, the answer is awaited; sent: the provider has it; delivered: a receipt says so;
 * blocked: the governor said no; failed: the provider refused, or tries ran out; unknown: it may have been sent; expired: it was too late; cancelled: whoever asked took it back.
 */
export const MESSAGE_STATES = ["waiting", "sending", "sent", "delivered", "blocked", "failed", "unknown", "expired", "cancelled"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

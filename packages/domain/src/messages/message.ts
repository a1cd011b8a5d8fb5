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
  /** From 1, the least urgent, to 9: who comes first where caps leave room for one. */
  readonly priority: number;
  readonly source: MessageSource;
  /** When what led to it was due or happened, Unix ms; without it now. What was led to before a restore may have been sent by the installation that was. */
  readonly causeMs?: number | undefined;
  /** What the template may name beside the person: properties of the event that set it off, in the stored form. */
  readonly variables: JsonObject;
  /** Unix ms before which it is not sent, and from which on it is too late; null: a week later, of what is transactional a day. */
  readonly notBeforeMs: number;
  readonly expiresAtMs: number | null;
};

const KEY_MAX = 200;
const TAGS_MAX = 10;
const WORD_MAX = 60;
/** Characters of JSON. */
const VARIABLES_MAX = 100_000;

/** Throws when what is asked for breaks the limits above: whoever asks has checked it before. */
export function requireAsked({ key, tags, purpose, variables }: MessageAsked): void {
  if (key === "" || key.length > KEY_MAX) throw new RangeError(`a message's key has 1 to ${KEY_MAX} characters`);
  if (tags.length > TAGS_MAX || tags.some((tag) => tag.length > WORD_MAX))
    throw new RangeError(`a message has at most ${TAGS_MAX} tags of at most ${WORD_MAX} characters`);
  if (purpose === "" || purpose.length > WORD_MAX) throw new RangeError(`a message's purpose has 1 to ${WORD_MAX} characters`);
  if (JSON.stringify(variables).length > VARIABLES_MAX)
    throw new RangeError(`a message's variables have at most ${VARIABLES_MAX} characters`);
}

/**
 * Where a message stands. waiting: not decided, or put off; sending: handed over, the answer is awaited; sent: the provider has it; delivered: a receipt says so;
 * blocked: the governor said no; failed: the provider refused, or tries ran out; unknown: it may have been sent; expired: it was too late; cancelled: whoever asked took it back.
 */
export const MESSAGE_STATES = ["waiting", "sending", "sent", "delivered", "blocked", "failed", "unknown", "expired", "cancelled"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { DueMessage } from "./due.store.ts";
import type { Provider } from "./messages-deps.ts";
import type { Recipient } from "./recipient.ts";

/** How long a message may wait in a process before it is handed over. */
const QUEUE_MS = 20_000;
/** Kept between the end of a hand-over and whoever looks after it next: clocks of two processes differ. */
const SLACK_MS = 15_000;

/** A message that is written down as being handed over. */
export type Handing = {
  readonly workspaceId: number;
  readonly message: DueMessage & { readonly channel: MessageChannel };
  readonly personId: string;
  readonly recipient: Recipient;
  readonly provider: Provider;
  readonly repeatUntilMs: number | null;
  /** The number of this try, and how many were begun with it. */
  readonly tries: number;
  readonly attempts: number;
  /** The provider may have it from a try before. */
  readonly maybe: boolean;
  /** Not before: the provider's rate. */
  readonly startMs: number;
  /** When it was written down: by the clock, and by what never goes back. */
  readonly claimed: { readonly atMs: number; readonly tickMs: number };
};

/** After this long somebody else looks after a message: longer than it may wait in a process and be handed over. */
export function leaseOf({ handoverMs }: Pick<Provider, "handoverMs">): number {
  return QUEUE_MS + handoverMs + SLACK_MS;
}

/** Whether somebody else may look after it before a hand-over that begins now is over; or, of a repeat, the time has gone in which the provider takes it once. */
export function isTooLate({ claimed, provider, maybe, repeatUntilMs }: Handing, nowMs: number): boolean {
  const gone = Math.max(nowMs - claimed.atMs, performance.now() - claimed.tickMs);
  return gone > QUEUE_MS || gone + provider.handoverMs >= leaseOf(provider) || (maybe && repeatUntilMs !== null && nowMs >= repeatUntilMs);
}

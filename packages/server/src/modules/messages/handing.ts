import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { DueMessage } from "./due.store.ts";
import type { Provider } from "./messages-deps.ts";
import type { Recipient } from "./recipient.ts";

/** How long handing one message over may take. */
export const HANDOVER_MS = 10_000;
/** After this long somebody else looks after a message: longer than it may wait in a process and be handed over. */
export const LEASE_MS = 45_000;

/** A message that is written down as being handed over. */
export type Handing = {
  readonly workspaceId: number;
  readonly message: DueMessage & { readonly channel: MessageChannel };
  readonly personId: string;
  readonly recipient: Recipient;
  readonly provider: Provider;
  readonly repeatUntilMs: number | null;
  /** The number of this try. */
  readonly tries: number;
  /** Not before: the provider's rate. */
  readonly startMs: number;
  /** When somebody else looks after it. */
  readonly leaseMs: number;
};

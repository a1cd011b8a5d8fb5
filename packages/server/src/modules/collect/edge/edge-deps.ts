import type { FeedEvent, PersonalClass, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { UserAgentFacts } from "@terrace/domain/event/event-context";

/** Whose key a request carries. */
export type KeyOwner = { readonly workspaceId: number; readonly keyId: string };

/** What the receiving edge needs from the rest of Terrace. */
export type CollectEdgeDeps = {
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly findWriteKey: (key: string) => Promise<KeyOwner | undefined>;
  /** Asks the rate limiter of the workspace for room for so many events. */
  readonly admit: (workspaceId: number, events: number) => { readonly ok: true } | { readonly retryAfterSeconds: number };
  /** Resolves once the events are committed in the feed and the rejected ones in quarantine. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly tokenise: (workspaceId: number, personalClass: PersonalClass, value: string) => string;
  readonly isMarkedPersonal: (workspaceId: number, eventName: string, property: string) => boolean;
};

/** The dependencies with what the edge makes itself. */
export type Edge = CollectEdgeDeps & { readonly parseUserAgent: (userAgent: string) => UserAgentFacts; readonly derivedId: (text: string) => string };

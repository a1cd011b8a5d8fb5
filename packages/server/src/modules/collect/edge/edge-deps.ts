import type { FeedEvent, PersonalClass, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { UserAgentFacts } from "@terrace/domain/event/event-context";

/** Whose key a request carries. */
export type KeyOwner = { readonly workspaceId: number; readonly keyId: string };

export type Admission = { readonly ok: true } | { readonly retryAfterSeconds: number };

/** What the receiving edge needs from the rest of Terrace. */
export type CollectEdgeDeps = {
  readonly nowMs: () => number;
  readonly findWriteKey: (key: string) => Promise<KeyOwner | null | undefined>;
  /** Resolves once the events are committed in the feed and the rejected ones in quarantine. */
  readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  readonly privacy: { readonly tokenise: (workspaceId: number, personalClass: PersonalClass, value: string) => string };
  readonly isMarkedPersonal: (workspaceId: number, eventName: string, property: string) => boolean;
  readonly log: { readonly debug: (fields: object, message: string) => void };
  /** Asks a rate limiter for room for so many events of a key. Without one, only the feed's own bound holds. */
  readonly admit?: (owner: KeyOwner, events: number) => Admission;
  /** Random ids for events of which nothing tells a repeat from a second one; UUIDs when left out. */
  readonly randomId?: () => string;
};

/** The dependencies with what the edge makes itself. */
export type Edge = Required<CollectEdgeDeps> & {
  readonly parseUserAgent: (userAgent: string) => UserAgentFacts;
  readonly derivedId: (text: string) => string;
};

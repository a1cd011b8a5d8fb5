import type { Fault } from "../result.ts";
import type { JsonObject } from "../json.ts";
import type { UserAgentFacts } from "./event-context.ts";
import type { EventSource, FeedEvent, PersonalClass, RejectedEvent } from "./feed-event.ts";

/** What a decoder knows besides the item itself. Times are Unix ms. */
export type DecodeContext = {
  readonly workspaceId: number;
  readonly receivedAtMs: number;
  /** When the sender says it sent the request, unparsed: RFC 3339 or a number. */
  readonly sentAt?: unknown;
  readonly requestIp: string;
  readonly userAgent: string;
  /** Context given once for a whole batch (Segment); an item's own wins. */
  readonly batchContext?: JsonObject | undefined;
  /** Length of the request in bytes when known: items of a small request need not be measured one by one. */
  readonly requestBytes?: number;
  readonly tokenise: (personalClass: PersonalClass, value: string) => string;
  readonly parseUserAgent: (userAgent: string) => UserAgentFacts;
  /** Stable id of an item that has none, from its content. */
  readonly derivedId: (text: string) => string;
  /** Id of an item of which nothing tells a repeat from a second event. */
  readonly uniqueId: () => string;
  readonly isMarkedPersonal: (eventName: string, property: string) => boolean;
  /** Source recorded on the event instead of the decoder's own. */
  readonly source?: EventSource;
};

/** What became of one item. `ignored`: well-formed, but not an event. */
export type DecodeOutcome =
  { readonly accepted: FeedEvent } | { readonly rejected: RejectedEvent; readonly fault: Fault } | { readonly ignored: true };

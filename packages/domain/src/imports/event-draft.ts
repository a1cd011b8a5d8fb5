import type { EventContext, EventSource, LinkClaim, TraitChange } from "../event/feed-event.ts";
import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { JsonObject } from "../json.ts";

/**
 * An event made inside Terrace (by an import, by the console), before the edge sanitises it, normalises its ids and
 * puts personal values behind tokens: everything in it is still in clear.
 */
export type EventDraft = {
  readonly workspaceId: number;
  readonly messageId: string;
  readonly source: EventSource;
  readonly name: string;
  /** Unix ms. */
  readonly timeMs: number;
  /** Unix ms. */
  readonly receivedAtMs: number;
  /** As they came, not yet normalised, strongest first. */
  readonly ids: readonly IdentityRef[];
  readonly link: LinkClaim;
  readonly properties: JsonObject;
  readonly traits: readonly TraitChange[];
  readonly context: Partial<EventContext>;
  /** Top-level properties that were marked personal where the event comes from, besides those marked here. */
  readonly marked?: readonly string[];
  /** Largest accepted size of the event as JSON, in bytes. */
  readonly sizeMax: number;
};

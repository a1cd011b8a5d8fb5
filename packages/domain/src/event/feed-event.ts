import type { IdentityRef } from "../identity/identity-kinds.ts";
import type { Json, JsonObject } from "../json.ts";

/** Which door an event came through. */
export type EventSource = "segment" | "posthog" | "sensors" | "import" | "console" | "terrace";

/** A change to one person's traits. `value` is the stored form (a personal value is its token). */
export type TraitChange =
  | { readonly op: "set" | "set_once" | "append"; readonly key: string; readonly value: Json }
  | { readonly op: "increment"; readonly key: string; readonly value: number }
  | { readonly op: "unset"; readonly key: string }
  /** Forgets every trait of the person (Sensors profile_delete). */
  | { readonly op: "clear" };

/**
 * What the event says about its identities:
 * `observed` = they appeared together on one event (login, identify);
 * `asserted` = the sender asked for a join (alias, track_signup, track_id_bind);
 * `unbound` = the sender asked that the last identity be taken away from the person (track_id_unbind).
 */
export type LinkClaim = "observed" | "asserted" | "unbound";

/**
 * One event as it travels through the feed. It is complete and self-contained: consumers need nothing else to file it.
 * `properties`, `traits` and `context` carry tokens in place of personal values; `secrets` maps each token to the value in clear
 * (the feed payload is encrypted as a whole; only the vault keeps secrets afterwards).
 */
export type FeedEvent = {
  readonly workspaceId: number;
  /** Client message id, or one derived from the content when the client sends none. De-duplicated per workspace. */
  readonly messageId: string;
  /** Overrides the message id for de-duplication when a quarantined event is replayed. */
  readonly dedupKey?: string;
  readonly source: EventSource;
  /** Event name as operators see it, e.g. `Order Completed`, `$pageview`, `$identify`. */
  readonly name: string;
  /** When it happened, skew-corrected, Unix ms. */
  readonly timeMs: number;
  /** When Terrace received it, Unix ms. */
  readonly receivedAtMs: number;
  /** Strongest first; the first one is the origin. Empty only for what belongs to nobody: item events (`$item_set`), stocks (`Inventory Updated`) and exposures of a channel. */
  readonly ids: readonly IdentityRef[];
  readonly link: LinkClaim;
  readonly properties: JsonObject;
  readonly context: EventContext;
  readonly traits: readonly TraitChange[];
  readonly secrets: Readonly<Record<string, Secret>>;
};

/** A personal value found in an event: its class and the value in clear. */
export type Secret = { readonly class: PersonalClass; readonly value: string };

export type PersonalClass = "phone" | "email" | "id_card" | "name" | "address" | "ip" | "marked";

/** Where and how it happened; every field is a stored, queryable column. Empty string means unknown. */
export type EventContext = {
  readonly channel: string;
  readonly utmSource: string;
  readonly utmMedium: string;
  readonly utmCampaign: string;
  readonly utmTerm: string;
  readonly utmContent: string;
  readonly referrerHost: string;
  readonly pageUrl: string;
  readonly pagePath: string;
  readonly pageTitle: string;
  readonly deviceType: string;
  readonly browser: string;
  readonly os: string;
  readonly appVersion: string;
  readonly locale: string;
  readonly library: string;
  /** Network part only (IPv4 /24, IPv6 /48): a full address is personal data. */
  readonly ipPrefix: string;
};

/** The context of an event about which nothing is known. */
export const EMPTY_CONTEXT: EventContext = {
  channel: "",
  utmSource: "",
  utmMedium: "",
  utmCampaign: "",
  utmTerm: "",
  utmContent: "",
  referrerHost: "",
  pageUrl: "",
  pagePath: "",
  pageTitle: "",
  deviceType: "",
  browser: "",
  os: "",
  appVersion: "",
  locale: "",
  library: "",
  ipPrefix: "",
};

/** An event that could not be accepted: kept whole in quarantine with the reason. */
export type RejectedEvent = {
  readonly workspaceId: number;
  readonly source: EventSource;
  readonly code: string;
  readonly field: string;
  readonly detail: string;
  /** The item as it arrived, JSON text (may be cut to the size limit; `truncated` says so). */
  readonly payload: string;
  readonly truncated: boolean;
  /** What the payload holds when it is not the item as it arrived: the decoded `FeedEvent`, or an `EventDraft` made inside Terrace. Never set from outside. */
  readonly form?: "event" | "draft";
  readonly messageId: string;
  readonly name: string;
  readonly receivedAtMs: number;
};

import type { ConsentDecision } from "../consent/consent-facts.ts";
import type { MessageAsked } from "../messages/message.ts";

/** Why nothing is sent to an address: a bounce, a complaint, a click that ended it, an address that cannot be one, or an operator's word. */
export const SUPPRESSION_REASONS = ["bounced", "complained", "unsubscribed", "invalid", "blocked", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Something that was sent to a person, or is on its way: what did not reach the provider for certain is none. */
export type SentMessage = Pick<MessageAsked, "channel" | "template" | "tags" | "purpose"> & {
  readonly transactional: boolean;
  /** When the governor let it go, Unix ms. */
  readonly atMs: number;
};

/** A message that waits for a verdict, with what is known about it and the person at this moment. */
export type CompetingMessage = Pick<
  MessageAsked,
  "channel" | "template" | "tags" | "purpose" | "priority" | "notBeforeMs" | "expiresAtMs"
> & {
  readonly id: string;
  /** What the person asked for or must know. */
  readonly transactional: boolean;
  /** When it was asked for, Unix ms. */
  readonly askedAtMs: number;
  /** What the person says about its purpose on its channel; null: nobody is asked on this channel. */
  readonly consent: ConsentDecision | null;
  readonly hasAddress: boolean;
  /** While it is new, an address that is not known yet is waited for. */
  readonly awaitsAddress: boolean;
  /** Why nothing is sent to the address. */
  readonly suppressed: SuppressionReason | null;
  /** Key of the holdout that keeps the person from it. */
  readonly heldBy: string | null;
  /** How often the person has yet agreed to get this very template (WeChat subscription messages); null: that is not asked for. */
  readonly grants: number | null;
  /** Until when the channel lets a business answer (48 hours after the person wrote); null: that is not asked for. `endsMs` is null when the person never wrote. */
  readonly answerWindow: { readonly endsMs: number | null } | null;
  /** Whether who must confirm it (staff, for WeCom) did; null: nobody must. */
  readonly confirmed: boolean | null;
};

import { EXPOSURE } from "./exposure-event.ts";
import { VERIFICATION_APPROVED, VERIFICATION_EXPIRED, VERIFICATION_REVOKED } from "./verification-events.ts";
import { REFERRAL_TOLD } from "./referral-events.ts";

/** What became of a message, which Terrace and providers did; who opens, clicks or unsubscribes does it themselves. */
export const MESSAGE_TOLD = ["message_sent", "message_delivered", "message_bounced", "message_blocked", "message_failed"] as const;

/** A person came into a live segment, and left it. They say what was found about a person, not what the person did. */
export const SEGMENT_ENTERED = "$segment_entered";
export const SEGMENT_LEFT = "$segment_left";
/** A person has another value of a class. */
export const CLASS_CHANGED = "$class_changed";

/** Names of events that tell of people: "any event" does not mean them, and nobody is seen by them. */
export const TOLD_EVENTS: readonly string[] = [
  SEGMENT_ENTERED,
  SEGMENT_LEFT,
  CLASS_CHANGED,
  VERIFICATION_APPROVED,
  VERIFICATION_REVOKED,
  VERIFICATION_EXPIRED,
  ...REFERRAL_TOLD,
  EXPOSURE,
  ...MESSAGE_TOLD,
];

export function isTold(name: string): boolean {
  return TOLD_EVENTS.includes(name);
}

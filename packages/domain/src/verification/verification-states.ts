/**
 * What becomes of an application. `submitted` is open; `approved` holds; the others are ends.
 * `replaced`: a newer approval of the same person and kind took its place.
 */
export const VERIFICATION_STATES = ["submitted", "approved", "rejected", "withdrawn", "revoked", "expired", "replaced"] as const;
export type VerificationState = (typeof VERIFICATION_STATES)[number];

/** What can be done with an application, in which state, and what it then is. */
export const VERIFICATION_ACTS = {
  approve: { from: "submitted", to: "approved" },
  reject: { from: "submitted", to: "rejected" },
  withdraw: { from: "submitted", to: "withdrawn" },
  revoke: { from: "approved", to: "revoked" },
  replace: { from: "approved", to: "replaced" },
} as const satisfies Readonly<Record<string, { readonly from: VerificationState; readonly to: VerificationState }>>;
export type VerificationAct = keyof typeof VERIFICATION_ACTS;

const DAY_MS = 86_400_000;

/** Until when an approval holds, Unix ms, not included; null is for ever. A day is 24 hours. */
export function verifiedUntil(approvedAtMs: number, validDays: number | null): number | null {
  return validDays === null ? null : approvedAtMs + validDays * DAY_MS;
}

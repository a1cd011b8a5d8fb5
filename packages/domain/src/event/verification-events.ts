/** A person was verified, had it taken away, and it came to its end. They say what was found about a person, not what the person did. */
export const VERIFICATION_APPROVED = "$verification_approved";
export const VERIFICATION_REVOKED = "$verification_revoked";
export const VERIFICATION_EXPIRED = "$verification_expired";

/** Somebody was bound to whoever invited them. */
export const REFERRAL_BOUND = "$referral_bound";
/** Somebody was bound to one: the same for whoever invited them. */
export const REFERRAL_BROUGHT = "$referral_brought";
/** A bound person did what counts as a conversion. */
export const REFERRAL_CONVERTED = "$referral_converted";
/** Somebody whom one brought, directly or through others, converted. */
export const REFERRAL_CREDITED = "$referral_credited";
/** A short link was followed, by nobody known. */
export const REFERRAL_CLICKED = "$referral_clicked";

/** What Terrace tells of who brought whom: once each, whatever becomes of the people. */
export const REFERRAL_TOLD: readonly string[] = [REFERRAL_BOUND, REFERRAL_BROUGHT, REFERRAL_CONVERTED, REFERRAL_CREDITED];

/** Somebody was bound to whoever invited them. */
export const REFERRAL_BOUND = "$referral_bound";
/** A bound person did what counts as a conversion. */
export const REFERRAL_CONVERTED = "$referral_converted";
/** Somebody whom one brought, directly or through others, converted. */
export const REFERRAL_CREDITED = "$referral_credited";
/** A short link was followed, by nobody known. */
export const REFERRAL_CLICKED = "$referral_clicked";

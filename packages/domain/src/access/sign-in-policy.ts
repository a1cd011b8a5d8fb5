const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Failed sign-ins in a row after which an account is locked, and for how long. A streak is forgotten after the same time of quiet. */
export const FAILURES_BEFORE_LOCK = 10;
export const LOCK_MS = 15 * MINUTE_MS;
/** A session ends after this long without use; every use moves the end, but never past the longest life of a session. */
export const SESSION_IDLE_MS = 7 * DAY_MS;
export const SESSION_MAX_MS = 30 * DAY_MS;
/** How often a session in use is written down again. */
export const SESSION_TOUCH_MS = MINUTE_MS;
export const SIGN_IN_LINK_MS = DAY_MS;
/** How long the first half of a sign-in waits for the second factor. */
export const SECOND_FACTOR_WAIT_MS = 10 * MINUTE_MS;
/** A session opened by a break-glass link ends after this long, used or not. */
export const BREAK_GLASS_MS = HOUR_MS;
/** Someone without a password has proven who they are for this long after signing in. */
export const FRESH_SIGN_IN_MS = 15 * MINUTE_MS;
/** How long a second factor that was begun can be confirmed, and a sign-in at the identity provider finished. */
export const SECOND_FACTOR_SETUP_MS = 10 * MINUTE_MS;
export const OIDC_FLOW_MS = 10 * MINUTE_MS;
/** Sign-in attempts one address may make at once, and then per second. */
export const SIGN_IN_BURST = 20;
export const SIGN_IN_PER_SECOND = 0.2;

/** When a session that is used now ends unless it is used again. */
export function sessionEnd(openedMs: number, nowMs: number): number {
  return Math.min(nowMs + SESSION_IDLE_MS, openedMs + SESSION_MAX_MS);
}

/** The form in which e-mails of operators are compared and stored. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Splits `email:password` (TERRACE_INIT_OWNER) at the first colon; null when one part is missing. */
export function splitOwner(text: string): { readonly email: string; readonly password: string } | null {
  const at = text.indexOf(":");
  const email = normaliseEmail(text.slice(0, Math.max(at, 0)));
  const password = text.slice(at + 1);
  return at > 0 && email.includes("@") && password !== "" ? { email, password } : null;
}

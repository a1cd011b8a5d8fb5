import { Secret, TOTP } from "otpauth";

/** What authenticator apps expect: SHA-1, six digits, thirty seconds (RFC 6238). */
const SHAPE = { algorithm: "SHA1", digits: 6, period: 30 } as const;
/** Clocks of phones may be off by one step in either direction. */
const WINDOW = 1;
export const SECRET_BYTES = 20;

/** How a secret is handed to an authenticator app. */
export function enrolment(secret: Uint8Array, label: string): { readonly secret: string; readonly uri: string } {
  const totp = new TOTP({ ...SHAPE, issuer: "Terrace", label, secret: secretOf(secret) });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/** The time step a code belongs to, or undefined when it is none of now. */
export function stepOf(secret: Uint8Array, code: string, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = TOTP.validate({ ...SHAPE, token: code, secret: secretOf(secret), timestamp: nowMs, window: WINDOW });
  return delta === null ? undefined : Math.floor(nowMs / 1000 / SHAPE.period) + delta;
}

function secretOf(bytes: Uint8Array): Secret {
  // otpauth takes the whole buffer, and small Buffers share one.
  return new Secret({ buffer: Uint8Array.from(bytes).buffer });
}

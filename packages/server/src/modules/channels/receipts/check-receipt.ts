import { createHmac, hash, timingSafeEqual } from "node:crypto";

/** Whether Twilio signed a post: the whole address, then each field of the form by name. https://www.twilio.com/docs/usage/security#validating-requests */
export function isTwilioSigned(
  posted: { readonly url: string; readonly form: ReadonlyMap<string, string>; readonly signature: string },
  authToken: string,
): boolean {
  const fields = [...posted.form].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = posted.url + fields.map(([name, value]) => name + value).join("");
  return same(posted.signature, createHmac("sha1", authToken).update(text).digest("base64"));
}

/** A signature older or newer than this may be somebody else's who listened. */
const TOLERANCE_SECONDS = 300;

/** Whether a post carries `x-terrace-signature: t=<Unix seconds>,v1=<hex of HMAC-SHA256 over "t.body">`. */
export function isHmacSigned(
  posted: { readonly body: Buffer; readonly signature: string; readonly atMs: number },
  secret: string,
): boolean {
  const [, seconds = "", given = ""] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(posted.signature) ?? [];
  if (given === "" || Math.abs(posted.atMs / 1_000 - Number(seconds)) > TOLERANCE_SECONDS) return false;
  return same(given, createHmac("sha256", secret).update(`${seconds}.`).update(posted.body).digest("hex"));
}

/** Compares in a time that does not depend on where two texts differ. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));
}
